use vocabulary::Sealed;

fn print(sealed: &Sealed<String>) -> String {
    format!("{sealed:?}")
}

fn main() {}
