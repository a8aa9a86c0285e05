//! Writes small databases in the MaxMind format ("MaxMind DB File Format Specification", version 2.0), so that tests need none
//! of anybody's data. IPv4 only, networks must not overlap.

use std::net::Ipv4Addr;

/// A value of an entry.
#[derive(Clone, Debug)]
pub(crate) enum Field {
    Text(String),
    Short(u16),
    Number(u32),
    Long(u64),
    /// A list with nothing in it.
    Nothing,
    Map(Vec<(String, Field)>),
}

/// The file for these networks: first address, bits, entry.
pub(crate) fn write(networks: &[(Ipv4Addr, u8, Field)]) -> Vec<u8> {
    // A node has two records; a record is nothing, another node, or an entry.
    #[derive(Clone, Copy)]
    enum Record {
        Nothing,
        Node(usize),
        Entry(usize),
    }
    let mut nodes = vec![[Record::Nothing; 2]];
    let (mut data, mut places) = (Vec::new(), Vec::new());
    for (first, bits, entry) in networks {
        places.push(data.len());
        put(&mut data, entry);
        let mut node = 0;
        for bit in 0..*bits {
            let side = (first.to_bits() >> (31 - bit) & 1) as usize;
            if bit + 1 == *bits {
                nodes[node][side] = Record::Entry(places.len() - 1);
            } else if let Record::Node(next) = nodes[node][side] {
                node = next;
            } else {
                nodes.push([Record::Nothing; 2]);
                nodes[node][side] = Record::Node(nodes.len() - 1);
                node = nodes.len() - 1;
            }
        }
    }
    let mut file = Vec::new();
    for record in nodes.iter().flatten() {
        let value = match record {
            Record::Nothing => nodes.len(),
            Record::Node(node) => *node,
            Record::Entry(entry) => nodes.len() + 16 + places[*entry],
        };
        file.extend((value as u32).to_be_bytes());
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let short = |name: &str, value: u16| (name.to_owned(), Field::Short(value));
    let metadata = Field::Map(vec![
        short("binary_format_major_version", 2),
        short("binary_format_minor_version", 0),
        ("build_epoch".to_owned(), Field::Long(1_795_000_000)),
        ("database_type".to_owned(), Field::Text("test".to_owned())),
        ("description".to_owned(), Field::Map(Vec::new())),
        short("ip_version", 4),
        ("languages".to_owned(), Field::Nothing),
        ("node_count".to_owned(), Field::Number(nodes.len() as u32)),
        short("record_size", 32),
    ]);
    put(&mut file, &metadata);
    file
}

fn put(out: &mut Vec<u8>, field: &Field) {
    match field {
        Field::Text(text) => {
            head(out, 2, text.len());
            out.extend(text.as_bytes());
        }
        Field::Short(number) => {
            head(out, 5, 2);
            out.extend(number.to_be_bytes());
        }
        // An extended type: 0 with the size, then the type less 7.
        Field::Long(number) => {
            out.extend([8, 9 - 7]);
            out.extend(number.to_be_bytes());
        }
        Field::Nothing => out.extend([0, 11 - 7]),
        Field::Number(number) => {
            head(out, 6, 4);
            out.extend(number.to_be_bytes());
        }
        Field::Map(fields) => {
            head(out, 7, fields.len());
            for (name, field) in fields {
                put(out, &Field::Text(name.clone()));
                put(out, field);
            }
        }
    }
}

fn head(out: &mut Vec<u8>, kind: u8, size: usize) {
    match size {
        0..29 => out.push(kind << 5 | size as u8),
        _ => out.extend([kind << 5 | 29, (size - 29) as u8]),
    }
}
