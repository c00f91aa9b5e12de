//! The program as a user meets it: the built binary, run hermetically, in temporary folders.

mod cases;
mod determinism;
mod hostile;
mod kills;
mod run;
