//! Tests of the crate as a whole: every layout in both languages, the edge and the gate over real requests, the words for every code.

mod codes;
mod contrast;
mod door;
mod layouts;
mod sample;
mod tables;
mod administration_pages;
mod people;
mod social_pages;
mod release_pages;
mod joint_pages;
mod joint_work;
