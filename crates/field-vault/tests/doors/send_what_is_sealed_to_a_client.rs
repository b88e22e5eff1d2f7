use vocabulary::Sealed;

fn send(sealed: &Sealed<String>) -> Option<String> {
    serde_json::to_string(sealed).ok()
}

fn main() {}
