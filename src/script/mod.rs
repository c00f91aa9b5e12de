//! Bot scripts: the static filter that judges them before anything runs them, and the sandbox that runs them. Knows no
//! command and no store. The filter reads no file and runs no script; it is no sandbox, and the isolate at run time
//! stays necessary.

mod depth;
pub mod filter;
mod flow;
mod hash;
pub mod page;
mod parse;
mod policy;
pub mod rules;
pub mod sandbox;
mod url;

pub use policy::Policy;
