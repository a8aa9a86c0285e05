//! Stories about bulk extraction: nobody is lost or read twice wherever the reader dies, every
//! window ends with Marketo's own count (I1, I14), and whatever goes wrong at Marketo is made up for or said clearly.

mod dirt;
mod drive;
mod extract;
mod limits;
mod trouble;
