//! Black-box tests: the built binary on a free port, driven from outside.

mod black_box;
