use field_vault::AuthorityKeys;

fn print(keys: &AuthorityKeys) -> String {
    format!("{keys:?}")
}

fn main() {}
