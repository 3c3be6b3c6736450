//! One file per deed that several rules need.
