//! Tests of the crate as a whole: every layout in both languages, the edge and the gate over real requests, the words for every code.

mod administration_pages;
mod codes;
mod contrast;
mod door;
mod joint_pages;
mod joint_work;
mod layouts;
mod people;
mod release_pages;
mod sample;
mod social_pages;
mod tables;
