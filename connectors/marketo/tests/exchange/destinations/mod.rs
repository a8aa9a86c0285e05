//! Stories about writing to Marketo: a bad record stands alone, nothing is written twice, doubt
//! is called doubt, and what cannot be absorbed twice is looked up before anything is repeated (I11).

mod activities;
mod campaigns;
mod companies;
mod lists;
mod prepare;
mod values;
mod write;
