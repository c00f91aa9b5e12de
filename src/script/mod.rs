//! Bot scripts: the static filter that judges them before anything runs them. It decides and reports; it reads no
//! file and runs no script. It is no sandbox: the isolate at run time stays necessary.

mod depth;
pub mod filter;
mod flow;
mod hash;
mod parse;
mod policy;
pub mod rules;
mod url;

pub use policy::Policy;
