//! The parent's side: workers that are started when they are needed, used again, and killed when they do not answer. Whatever
//! becomes of a worker is the failure of the conversation that it was at, and nothing else.

use std::io;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::ears::{Ears, Loss};
use super::wire::{LONGEST, Order, Word, send};
use super::worker::{ARGUMENT, verdict};
use super::{Bot, Conversation, Failure, Limits, Run, located};
use crate::diag::Code;

/// How long a worker may take for its hello. A machine under load takes a second for what takes milliseconds.
const HELLO: Duration = Duration::from_secs(30);
/// How much longer than its processor time a step may take on the clock, before the worker is killed: a machine may have
/// other things to do. The kernel's own limit of processor time comes first.
const PATIENCE: u32 = 4;
const SPARE: Duration = Duration::from_secs(15);

/// Runs scripts in processes that can be killed.
pub struct Sandbox {
    program: PathBuf,
    idle: Mutex<Vec<Worker>>,
}

/// A script, and what it is run with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Job {
    inner: Arc<(String, Bot, Limits)>,
    mark: Option<String>,
}

impl Job {
    /// A script of a bot.
    pub fn new(source: impl Into<String>, bot: Bot, limits: Limits) -> Self {
        Self { inner: Arc::new((source.into(), bot, limits)), mark: None }
    }

    fn patience(&self) -> Duration {
        let limits = &self.inner.2;
        limits.update.max(limits.cold_start).saturating_mul(PATIENCE).saturating_add(SPARE)
    }
}

impl Sandbox {
    /// A sandbox whose workers are this program: `aegis` itself, whose `main` becomes a worker if it is told to.
    pub fn new(program: PathBuf) -> Self {
        Self { program, idle: Mutex::default() }
    }

    /// Starts workers, as many as there will be threads that ask for one but no more than `most`, and waits for none of them:
    /// they get ready while something else is done.
    pub fn expect(&self, most: usize) {
        for _ in 0..most.min(rayon::current_num_threads()) {
            // What fails here fails again where a worker is needed, and is told there.
            let Ok(worker) = Worker::start(&self.program) else { return };
            // The first one is taken first: it will be ready before the others.
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).insert(0, worker);
        }
    }

    /// Gives a script to the workers that are idle and had none.
    pub fn prepare(&self, job: &Job) {
        let is_new = |worker: &mut Worker| worker.job.is_none();
        loop {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(mut worker) = idle.extract_if(.., is_new).next() else { return };
            drop(idle);
            // What the script lacks is told of the conversation that asks for it.
            if worker.greet().is_ok() && matches!(worker.prepare(job), Ok(None)) {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
            }
        }
    }

    /// Runs a conversation: a fresh engine in a worker, this thread waits for it. Threads may do so at once, each with a
    /// worker.
    pub fn run(&self, job: &Job, conversation: &Conversation) -> Run {
        let (source, bot, limits) = &*job.inner;
        located(self.run_once(job, conversation), source, |marked| {
            let mark = Some(marked.name.clone());
            let job = Job { mark, ..Job::new(marked.source.as_str(), bot.clone(), *limits) };
            Ok(self.run_once(&job, conversation))
        })
    }

    fn run_once(&self, job: &Job, conversation: &Conversation) -> Run {
        let mut run = Run { turns: Vec::new(), missing: Vec::new(), failure: None };
        let done = self.with_worker(job, |worker| {
            worker.tell(&Order::Converse(conversation.clone()))?;
            loop {
                match worker.hear(job.patience())? {
                    Word::Turn(turn) if run.turns.len() < conversation.updates.len() => run.turns.push(turn),
                    Word::Done(missing, failure) => return Ok((missing, failure)),
                    _ => return Err(Loss::Nonsense),
                }
            }
        });
        match done {
            Ok((missing, failure)) => (run.missing, run.failure) = (missing, failure),
            Err(failure) => run.failure = Some(failure),
        }
        run
    }

    /// How much processor time the script needs from its text to the end of a first update that asks nothing of it.
    ///
    /// # Errors
    /// It fails, or takes longer than the limit: `COLD_START_EXCEEDED`.
    pub fn cold_start(&self, job: &Job) -> Result<Duration, Failure> {
        let started = self.with_worker(job, |worker| {
            worker.tell(&Order::Start)?;
            match worker.hear(job.patience())? {
                Word::Started(took) => Ok(Ok(took)),
                Word::Done(_, Some(failure)) => Ok(Err(failure)),
                _ => Err(Loss::Nonsense),
            }
        });
        // A worker that had to be killed was at its cold start.
        started.and_then(|took| took).map_err(|failure| match failure.code {
            Code::UpdateTimeout => Failure { code: Code::ColdStartExceeded, ..failure },
            _ => failure,
        })
    }

    /// Does something with a worker that has the script. The worker is used again only if all went well, and for that script.
    fn with_worker<T>(
        &self,
        job: &Job,
        work: impl FnOnce(&mut Worker) -> Result<T, Loss>,
    ) -> Result<T, Failure> {
        let mut worker = self.worker(job)?;
        worker.greet()?;
        let done = worker.prepare(job).and_then(|prepared| match prepared {
            Some(failure) => Ok(Err(failure)),
            None => work(&mut worker).map(Ok),
        });
        match done {
            Ok(answer) => {
                if worker.has(job) {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
                }
                answer
            }
            Err(loss) => Err(worker.bury(loss)),
        }
    }

    /// An idle worker that has the script, or had none; else a new one. No script comes where another was: one that broke out of its
    /// engine cannot answer for the next, nor does the next find anything warm.
    fn worker(&self, job: &Job) -> Result<Worker, Failure> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let own = idle.iter().position(|worker| worker.has(job));
        if let Some(at) = own.or_else(|| idle.iter().rposition(|worker| worker.job.is_none())) {
            return Ok(idle.swap_remove(at));
        }
        // As many as there are threads are enough: one of those that wait for another script makes room.
        let other = idle.pop();
        drop(idle);
        drop(other);
        Worker::start(&self.program)
    }
}

/// A process that runs scripts.
struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    ears: Ears,
    /// Whether it has said hello.
    is_ready: bool,
    /// Its script, for as long as it lives.
    job: Option<Job>,
}

impl Worker {
    /// Starts the process, and does not wait until it is ready.
    fn start(program: &PathBuf) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::internal(&format!("no worker process: {error}"));
        let mut child = Command::new(program)
            .arg(ARGUMENT)
            .env_clear()
            .env("TZ", "UTC")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let input = child.stdin.take();
        let output =
            child.stdout.take().ok_or_else(|| Failure::internal("no worker process: it has no output"))?;
        Ok(Self { child, input, ears: Ears::new(output), is_ready: false, job: None })
    }

    /// Waits until it is ready.
    fn greet(&mut self) -> Result<(), Failure> {
        if !self.is_ready {
            match self.hear(HELLO) {
                Ok(Word::Hello(_)) => self.is_ready = true,
                _ => return Err(Failure::internal("the worker process does not answer")),
            }
        }
        Ok(())
    }

    fn has(&self, job: &Job) -> bool {
        self.job.as_ref().is_some_and(|own| Arc::ptr_eq(&own.inner, &job.inner))
    }

    /// Gives it the script, unless it has it. Says why the script does not compile.
    fn prepare(&mut self, job: &Job) -> Result<Option<Failure>, Loss> {
        if self.has(job) {
            return Ok(None);
        }
        let (source, bot, limits) = &*job.inner;
        self.tell(&Order::Script(source.clone(), job.mark.clone(), bot.clone(), *limits))?;
        match self.hear(job.patience())? {
            Word::Compiled(None) => {
                self.job = Some(job.clone());
                Ok(None)
            }
            Word::Compiled(failure) => Ok(failure),
            _ => Err(Loss::Nonsense),
        }
    }

    fn tell(&mut self, order: &Order) -> Result<(), Loss> {
        let sent = send(self.input.as_mut().ok_or(Loss::Gone)?, order);
        sent.map_err(
            |error| if error.kind() == io::ErrorKind::InvalidData { Loss::Large } else { Loss::Gone },
        )
    }

    fn hear(&mut self, patience: Duration) -> Result<Word, Loss> {
        self.ears.hear(patience)
    }

    /// Ends it, and says what that means for the script.
    fn bury(mut self, loss: Loss) -> Failure {
        // It may be gone already, or only be out of reach: what waits for us would be waited for for ever.
        let _ = self.child.kill();
        let status = self.child.wait();
        let (code, text) = match loss {
            Loss::Silent => (
                Code::UpdateTimeout,
                "the process that ran the script did not answer in time and was killed".to_owned(),
            ),
            Loss::Nonsense => (
                Code::BotRuntime,
                "the process that ran the script answered nonsense and was killed".to_owned(),
            ),
            Loss::Large => (
                Code::LimitExceeded,
                format!(
                    "what the script is asked with takes more than {} MiB: shorten updates and mocks",
                    LONGEST >> 20
                ),
            ),
            Loss::Gone => verdict(status.ok().and_then(signal)),
        };
        Failure::new(code, text, None)
    }
}

impl Worker {
    /// Makes it end, and does not wait until it has.
    fn dismiss(&mut self) {
        // It ends by itself when its input does; whatever holds it up then does not hold us up.
        drop(self.input.take());
        let _ = self.child.kill();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.dismiss();
        let _ = self.child.wait();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let mut idle = std::mem::take(self.idle.get_mut().unwrap_or_else(PoisonError::into_inner));
        idle.iter_mut().for_each(Worker::dismiss);
        // Until the system has cleared what they leave, milliseconds go by, which nobody has to wait for. Where there is no
        // thread to do that, they are waited for here.
        let _ = std::thread::Builder::new().name("farewell".into()).spawn(move || drop(idle));
    }
}

#[cfg(unix)]
fn signal(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: std::process::ExitStatus) -> Option<i32> {
    None
}
