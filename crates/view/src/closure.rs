//! Closures behind a pointer. The table of a `Box<dyn FnMut()>` also says how to call it once and drop it: a function for
//! each closure of each page that nobody calls. These tables hold only what is called.

/// A closure that is called again and again.
pub trait Again<A, O> {
    /// Calls it.
    fn again(&mut self, with: A) -> O;
}

impl<F: FnMut(A) -> O, A, O> Again<A, O> for F {
    fn again(&mut self, with: A) -> O {
        self(with)
    }
}

/// A closure that changes nothing of its own.
pub(crate) trait Ask<A, O> {
    /// Calls it.
    fn ask(&self, with: A) -> O;
}

impl<F: Fn(A) -> O, A, O> Ask<A, O> for F {
    fn ask(&self, with: A) -> O {
        self(with)
    }
}
