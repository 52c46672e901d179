//! What a load cost: the clock, the CPU time of broker and generator, the broker's memory.

use std::time::Instant;

use super::metrics::{
    BROKER_CORES, CPU_PER_GB, CPU_PER_REQUEST, GENERATOR_CORES, IDLE_CORES, OTHER_CORES, PEAK,
    REQUESTS, RESIDENT, SYSTEM_PER_GB, SYSTEM_PER_REQUEST, THROUGHPUT,
};
use super::process::{CpuTime, Memory, machine_cpu};
use super::{Figures, Latencies, Process};
use crate::error::Result;

/// Runs beside a load.
#[derive(Debug)]
pub(crate) struct Watch {
    broker: Process,
    broker_before: CpuTime,
    generator_before: CpuTime,
    machine_before: f64,
    began: Instant,
}

impl Watch {
    /// Begins: everything that the load needs is there, nothing of it was sent yet.
    pub(crate) fn begin(broker: Process) -> Result<Self> {
        broker.reset_peak()?;
        let (broker_before, generator_before) = (broker.cpu()?, Process::own().cpu()?);
        let machine_before = machine_cpu()?;
        let began = Instant::now();
        Ok(Self { broker, broker_before, generator_before, machine_before, began })
    }

    /// Ends: the last answer has come.
    pub(crate) fn end(self) -> Result<Spent> {
        let seconds = self.began.elapsed().as_secs_f64();
        Ok(Spent {
            seconds,
            broker: self.broker.cpu()?.since(self.broker_before),
            generator: Process::own().cpu()?.since(self.generator_before),
            machine: machine_cpu()? - self.machine_before,
            memory: self.broker.memory()?,
        })
    }
}

/// What was done meanwhile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Done {
    /// Requests answered.
    pub(crate) requests: u64,
    /// Records written or read.
    pub(crate) records: u64,
    /// Bytes of keys and values, before compression.
    pub(crate) payload_bytes: u64,
    /// From what was meant to be sent to what came back.
    pub(crate) latencies: Latencies,
}

impl Done {
    /// Adds what another connection did.
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.records += other.records;
        self.payload_bytes += other.payload_bytes;
        self.latencies.add(&other.latencies);
    }
}

/// What a load took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    /// On the clock.
    pub(crate) seconds: f64,
    /// The broker's CPU time.
    pub(crate) broker: CpuTime,
    /// The load generator's CPU time.
    pub(crate) generator: CpuTime,
    /// The CPU time of everything on this machine, these two included.
    pub(crate) machine: f64,
    /// The broker's memory at the end.
    pub(crate) memory: Memory,
}

impl Spent {
    /// All figures of a load that is as fast as it can.
    pub(crate) fn figures(&self, done: &Done) -> Figures {
        let mut figures = self.resources();
        let gigabytes = done.payload_bytes as f64 / 1e9;
        figures.set(THROUGHPUT, gigabytes * 1e3 / self.seconds);
        figures.set(CPU_PER_GB, self.broker.total() / gigabytes);
        figures.set(SYSTEM_PER_GB, self.broker.system / gigabytes);
        self.write_requests(done.requests, &mut figures);
        done.latencies.write_to(&mut figures);
        figures
    }

    /// Adds the rate and the cost of requests.
    pub(crate) fn write_requests(&self, requests: u64, figures: &mut Figures) {
        let per_request = 1e6 / requests as f64;
        figures.set(REQUESTS, requests as f64 / self.seconds);
        figures.set(CPU_PER_REQUEST, self.broker.total() * per_request);
        figures.set(SYSTEM_PER_REQUEST, self.broker.system * per_request);
    }

    /// Figures of a broker that has next to nothing to do.
    pub(crate) fn idle_figures(&self) -> Figures {
        let mut figures = self.resources();
        figures.set(IDLE_CORES, self.broker.total() / self.seconds);
        figures
    }

    /// Cores and memory, which every load has.
    pub(crate) fn resources(&self) -> Figures {
        let mut figures = Figures::default();
        figures.set(BROKER_CORES, self.broker.total() / self.seconds);
        figures.set(GENERATOR_CORES, self.generator.total() / self.seconds);
        let others = self.machine - self.broker.total() - self.generator.total();
        figures.set(OTHER_CORES, others.max(0.0) / self.seconds);
        figures.set(RESIDENT, self.memory.resident as f64 / 1e6);
        figures.set(PEAK, self.memory.peak as f64 / 1e6);
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_per_second_per_gigabyte_and_per_request() {
        let spent = Spent {
            seconds: 2.0,
            broker: CpuTime { user: 1.0, system: 3.0 },
            generator: CpuTime { user: 0.5, system: 0.5 },
            machine: 8.0,
            memory: Memory { resident: 5_000_000, peak: 6_000_000 },
        };
        let done = Done { requests: 1000, payload_bytes: 500_000_000, ..Done::default() };
        let figures = spent.figures(&done);
        let expected = [
            (THROUGHPUT, 250.0),
            (REQUESTS, 500.0),
            (CPU_PER_GB, 8.0),
            (SYSTEM_PER_GB, 6.0),
            (CPU_PER_REQUEST, 4000.0),
            (SYSTEM_PER_REQUEST, 3000.0),
            (BROKER_CORES, 2.0),
            (GENERATOR_CORES, 0.5),
            (OTHER_CORES, 1.5),
            (RESIDENT, 5.0),
            (PEAK, 6.0),
        ];
        for (metric, value) in expected {
            assert_eq!(figures.get(metric), Some(value), "{}", metric.name);
        }
    }
}
