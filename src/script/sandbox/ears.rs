//! Hearing a worker: its words as they come, for as long as one is patient. The thread that asked hears the answer itself: there
//! is a word a turn, and to wake another thread for each costs nearly as much as the turn.

use std::io::{self, Read};
use std::process::ChildStdout;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::wire::{Word, first};

/// How much is read at once, in bytes.
const PIECE: usize = 16 << 10;

/// Why a worker is of no use any more.
#[derive(Debug)]
pub(super) enum Loss {
    /// It does not answer.
    Silent,
    /// It is gone, or its pipe is.
    Gone,
    /// It says what makes no sense.
    Nonsense,
    /// What it is to be told is too long.
    Large,
}

impl From<io::Error> for Loss {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::InvalidData { Self::Nonsense } else { Self::Gone }
    }
}

/// The reading end of a worker's output.
pub(super) struct Ears {
    pipe: ChildStdout,
    /// What came and is no whole word yet.
    heard: Vec<u8>,
}

impl Ears {
    pub(super) const fn new(pipe: ChildStdout) -> Self {
        Self { pipe, heard: Vec::new() }
    }

    /// The next word.
    pub(super) fn hear(&mut self, patience: Duration) -> Result<Word, Loss> {
        let start = Instant::now();
        loop {
            if let Some((word, length)) = first(&self.heard)? {
                self.heard.drain(..length);
                return Ok(word);
            }
            while !self.comes(patience.saturating_sub(start.elapsed()))? {
                if start.elapsed() >= patience {
                    return Err(Loss::Silent);
                }
            }
            let at = self.heard.len();
            self.heard.resize(at + PIECE, 0);
            let read = self.pipe.read(&mut self.heard[at..]);
            self.heard.truncate(at + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => return Err(Loss::Gone),
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error.into()),
                _ => {}
            }
        }
    }

    /// Whether something has come, the end included; waits for it as long as that, or shorter.
    fn comes(&self, patience: Duration) -> io::Result<bool> {
        let until = Timespec { tv_sec: patience.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: 0 };
        let until = Timespec { tv_nsec: patience.subsec_nanos().into(), ..until };
        match poll(&mut [PollFd::new(&self.pipe, PollFlags::IN)], Some(&until)) {
            Ok(count) => Ok(count > 0),
            // A signal: time may not be up.
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// What a shell says, as a worker's words.
    fn heard(script: &str) -> (Child, Ears) {
        let mut shell = Command::new("sh");
        let mut child =
            shell.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let ears = Ears::new(child.stdout.take().unwrap());
        (child, ears)
    }

    /// A word as a shell prints it.
    fn printed(word: &Word) -> (String, String) {
        let mut bytes = Vec::new();
        super::super::wire::send(&mut bytes, word).unwrap();
        let octal = |bytes: &[u8]| bytes.iter().map(|byte| format!("\\{byte:03o}")).collect();
        (octal(&bytes[..3]), octal(&bytes[3..]))
    }

    #[test]
    fn words_are_heard_one_by_one_however_they_come() {
        let (first, second) = (Word::Started(Duration::from_secs(10)), Word::Compiled(None));
        let ((a, b), (c, d)) = (printed(&first), printed(&second));
        let (mut child, mut ears) =
            heard(&format!("printf '{a}'; sleep 0.05; printf '{b}{c}{d}{a}'; read -r _; printf '{b}'"));
        let long = Duration::from_secs(60);
        assert_eq!(ears.hear(long).unwrap(), first);
        assert_eq!(ears.hear(Duration::ZERO).unwrap(), second, "it has come already");
        assert!(matches!(ears.hear(Duration::from_millis(20)), Err(Loss::Silent)));
        drop(child.stdin.take());
        assert_eq!(ears.hear(long).unwrap(), first, "what came before silence is not lost");
        assert!(matches!(ears.hear(long), Err(Loss::Gone)));
        child.wait().unwrap();
    }

    #[test]
    fn what_is_no_word_is_noise() {
        for noise in ["\\377\\377\\377\\377", "\\002\\000\\000\\000zz", "no worker"] {
            let (mut child, mut ears) = heard(&format!("printf '{noise}'"));
            assert!(matches!(ears.hear(Duration::from_secs(60)), Err(Loss::Nonsense)), "{noise}");
            child.wait().unwrap();
        }
    }
}
