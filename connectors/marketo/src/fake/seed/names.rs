//! Words that the seeded instance is made of. All of them are invented; domains end in reserved names.

pub(super) const FIRST: &[&str] = &[
    "Agnes", "Albin", "Alma", "Anton", "Beata", "Bo", "Carin", "Casper", "Cecilia", "Disa", "Edvin", "Eira", "Ellen",
    "Elis", "Embla", "Frida", "Gustav", "Hedda", "Helga", "Hilma", "Inez", "Isak", "Ivar", "Joel", "Julia", "Kerstin",
    "Knut", "Leif", "Lisbet", "Love", "Lovisa", "Märta", "Matilda", "Nils", "Noomi", "Ove", "Pelle", "Ragnhild", "Rut",
    "Sixten", "Solveig", "Stellan", "Svea", "Tage", "Thea", "Tilda", "Torsten", "Tuva", "Vidar", "Viggo", "Wilma",
    "Åke", "Alice", "Callum", "Delia", "Edith", "Frank", "Gwen", "Harriet", "Ivy", "Jonah", "Keira", "Lewis", "Mabel",
    "Nathan", "Orla", "Piers", "Ruby", "Stuart", "Tess", "Vince", "Wendy",
];

pub(super) const LAST: &[&str] = &[
    "Alvebro",
    "Aspgren",
    "Barkvik",
    "Brofors",
    "Djupdal",
    "Ekhage",
    "Fagerhem",
    "Furuvik",
    "Gladby",
    "Grenholt",
    "Harrsjö",
    "Hassellund",
    "Hjälmby",
    "Idala",
    "Jordvik",
    "Kardell",
    "Klintvik",
    "Kornhage",
    "Lagerby",
    "Lillmark",
    "Lövby",
    "Mossvik",
    "Mårdby",
    "Nordala",
    "Nyhage",
    "Olsbacka",
    "Pilhage",
    "Ripvik",
    "Rågmark",
    "Skärhage",
    "Släthem",
    "Solbo",
    "Stenhage",
    "Sävmark",
    "Tegelby",
    "Tomtvik",
    "Tranby",
    "Ulvmark",
    "Vallhem",
    "Vinterby",
    "Åbacka",
    "Älmhult",
    "Ängsvik",
    "Örnbo",
    "Ashcombe",
    "Birkley",
    "Calder",
    "Dunstan",
    "Elmore",
    "Fenwick",
    "Garrow",
    "Holcroft",
    "Ivison",
    "Kilburn",
    "Langdale",
    "Marlow",
    "Netherby",
    "Orwell",
    "Prescot",
    "Ravens",
    "Stanmer",
    "Thirlby",
    "Underwood",
    "Wetherby",
];

/// Nordic company names: a beginning and an end.
pub(super) const NORDIC_START: &[&str] = &[
    "Almvik",
    "Barrskog",
    "Bryggan",
    "Citadell",
    "Dimma",
    "Drivved",
    "Enholm",
    "Fagerå",
    "Flodbåt",
    "Gläntan",
    "Grankotte",
    "Havtorn",
    "Humla",
    "Islom",
    "Kallbrunn",
    "Klippö",
    "Kompass",
    "Lavklippa",
    "Ljungby Port",
    "Myrmark",
    "Nattviol",
    "Näckros",
    "Porsfors",
    "Rallarros",
    "Rimfrost",
    "Sjöbris",
    "Skogsduva",
    "Stenfors",
    "Strömstare",
    "Svalbo",
    "Timjan",
    "Tjärhamn",
    "Utsikt",
    "Vattumark",
    "Vitsippa",
    "Yllet",
    "Åsnebro",
    "Ängsull",
    "Örtagård",
    "Brandskär",
];

pub(super) const NORDIC_END: &[&str] = &[
    "AB",
    "Verkstad AB",
    "System AB",
    "Transport AB",
    "Entreprenad AB",
    "Kraft AB",
    "Rådgivning AB",
    "Grossist AB",
    "Bageri AB",
    "Process AB",
    "Förvaltning AB",
    "Hälsa AB",
    "Förlag AB",
    "AS",
    "Maskin AS",
    "Rederi AS",
    "ApS",
    "Møbler A/S",
    "Ohjelmisto Oy",
    "Puutalo Oy",
];

pub(super) const GLOBAL_START: &[&str] = &[
    "Ashgrove",
    "Brackenhill",
    "Copperbeck",
    "Driftwell",
    "Eastholt",
    "Fernbank",
    "Goldmere",
    "Hazelmoor",
    "Inkwell Row",
    "Kelpsea",
    "Larkfield",
    "Millrace",
    "Nettlecombe",
    "Otterford",
    "Pebble Quay",
    "Rookery",
    "Saltmarsh Lane",
    "Thornwick Bay",
    "Upland",
    "Waverdale",
    "Bachfeld",
    "Eichkamp",
    "Steinwald",
    "Polderzicht",
];

pub(super) const GLOBAL_END: &[&str] = &[
    "Ltd",
    "Engineering Ltd",
    "Bakeries Ltd",
    "Freight Ltd",
    "Mutual plc",
    "Inc",
    "Labs Inc",
    "Care Inc",
    "GmbH",
    "Werkzeuge GmbH",
    "Anlagen GmbH",
    "BV",
    "Handel BV",
    "Associates",
    "Ventures",
    "Works",
];

/// What tells companies of the same beginning and end apart.
pub(super) const MIDDLE: &[&str] = &[
    "Norra", "Södra", "Kapital", "Tjänst", "Online", "Europa", "Lösning", "Drift", "Teknik", "Form", "Export", "Plan",
    "Hamn", "Trä", "Stål", "Bank", "Kök", "Bostad", "Park", "Syn",
];

/// Country, cities, and its weight in a hundred.
pub(super) const COUNTRIES: &[(&str, &[&str], u64)] = &[
    ("Sweden", &["Stockholm", "Göteborg", "Malmö", "Västerås", "Lund", "Gävle"], 44),
    ("Norway", &["Oslo", "Stavanger", "Trondheim"], 13),
    ("Denmark", &["København", "Aalborg", "Odense"], 12),
    ("Finland", &["Helsinki", "Oulu", "Turku"], 9),
    ("Germany", &["Hamburg", "Köln", "Leipzig"], 9),
    ("United Kingdom", &["London", "Sheffield", "Cardiff"], 7),
    ("United States", &["Boston", "Portland", "Chicago"], 4),
    ("Netherlands", &["Utrecht", "Groningen"], 2),
];

pub(super) const TITLES: &[&str] = &[
    "Chief Executive Officer",
    "VD",
    "Chief Financial Officer",
    "Chief Information Officer",
    "VP Sales",
    "VP Human Resources",
    "Head of HR",
    "HR-chef",
    "IT-chef",
    "Head of Communications",
    "Kommunikationschef",
    "Marketing Manager",
    "Marknadschef",
    "Sales Manager",
    "Inköpare",
    "Legal Counsel",
    "Project Manager",
    "Projektledare",
    "Software Developer",
    "System Administrator",
    "HR Specialist",
    "Communications Officer",
    "Office Manager",
    "Analyst",
    "Student",
];

/// Free-mail hosts.
pub(super) const FREE_MAIL: &[&str] = &["freemail.example", "post.example", "inbox.example"];

/// Words that a company's domain leaves out.
const LEGAL_FORMS: &[&str] = &["AB", "AS", "ApS", "A/S", "Oy", "Ltd", "plc", "Inc", "GmbH", "BV"];

/// A company's domain, under a name that is reserved for examples.
pub(super) fn domain(company: &str) -> String {
    let words: Vec<&str> = company.split(' ').filter(|word| !LEGAL_FORMS.contains(word)).collect();
    format!("{}.example", slug(&words.join(" ")))
}

/// Path and weight.
pub(super) const PAGES: &[(&str, u64)] = &[
    ("/", 28),
    ("/pricing", 9),
    ("/priser", 8),
    ("/paket-och-priser", 6),
    ("/intranet", 10),
    ("/demo", 5),
    ("/careers", 6),
    ("/customers", 6),
    ("/integrations", 5),
    ("/blog/intranat-guide", 6),
    ("/blog/internal-communication-trends", 5),
    ("/blog/employee-engagement", 4),
    ("/support", 2),
];

/// The sites that the tracking script is on.
pub(super) const SITES: &[&str] = &["www.example.com", "www.nordlys.example"];

/// E-mail name and subject.
pub(super) const NEWSLETTERS: &[(&str, &str)] = &[
    ("NL 2026-09", "Nytt efter sommaren"),
    ("NL 2026-10", "Four meetings you can cancel"),
    ("NL 2026-11", "Vad är nytt i appen?"),
    ("Webinar invitation", "Join us: an intranet for the shop floor"),
    ("Guide: intranet", "Your guide is here"),
    ("Product news", "Three things that are new"),
    ("Customer story", "How Rimfrost found its files again"),
    ("Demo reminder", "Ten minutes, no slides"),
];

/// Letters that an address or a domain can have.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.to_lowercase().chars() {
        match letter {
            'å' | 'ä' | 'á' | 'à' => slug.push('a'),
            'ö' | 'ø' | 'ó' => slug.push('o'),
            'é' | 'è' => slug.push('e'),
            'ü' => slug.push('u'),
            'a'..='z' | '0'..='9' => slug.push(letter),
            ' ' | '-' if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches('-').to_owned()
}
