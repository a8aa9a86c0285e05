//! A fake Marketo: a stateful HTTP program that behaves, and above all refuses, as Marketo's documentation and its users'
//! reports say Marketo does. It serves the demo, `intentd fake marketo`, tests and benches.
