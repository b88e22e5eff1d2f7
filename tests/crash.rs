//! What survives when the product is killed.

mod killed;
