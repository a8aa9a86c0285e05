//! Words that the seeded account is made of. All of them are invented; domains end in reserved names.

pub(super) const FIRST: &[&str] = &[
    "Alva", "Anders", "Annika", "Arvid", "Astrid", "Axel", "Bengt", "Birgit", "Björn", "Camilla", "Daniel", "Ebba",
    "Elin", "Elsa", "Emil", "Erik", "Eva", "Filip", "Freja", "Gunnar", "Hanna", "Henrik", "Ida", "Inger", "Ingrid",
    "Jakob", "Jenny", "Johan", "Jonas", "Kajsa", "Karin", "Kirsten", "Klara", "Lars", "Lena", "Linnea", "Magnus",
    "Maja", "Malin", "Marcus", "Mette", "Mikael", "Niklas", "Nora", "Olle", "Oskar", "Pernilla", "Petra", "Pia",
    "Rasmus", "Sanna", "Signe", "Sofia", "Stefan", "Sven", "Tove", "Ulrika", "Viktor", "Vilma", "Åsa", "Amelia", "Ben",
    "Carla", "David", "Emma", "Felix", "Grace", "Hugo", "Isla", "Jack", "Kate", "Leon", "Marta", "Noah", "Olivia",
    "Paul", "Quinn", "Rosa", "Samuel", "Theo", "Una", "Vera", "Will", "Yara", "Zoe",
];

pub(super) const LAST: &[&str] = &[
    "Ahlgren",
    "Almstedt",
    "Askelund",
    "Bergdahl",
    "Björkbacken",
    "Blomgard",
    "Brännlund",
    "Dahlbo",
    "Edvall",
    "Ekstrand",
    "Engdala",
    "Falkhem",
    "Forsvik",
    "Granbo",
    "Gullmar",
    "Hallsten",
    "Havelund",
    "Hedvall",
    "Holmgard",
    "Ivarsby",
    "Kallfors",
    "Kvistad",
    "Lindhem",
    "Ljungvik",
    "Lundeby",
    "Malmvik",
    "Nybo",
    "Norrhem",
    "Oxelgren",
    "Palmvik",
    "Rosendahl",
    "Rönnbo",
    "Sandhem",
    "Sjövall",
    "Skogmo",
    "Stenvik",
    "Strandbo",
    "Sundhem",
    "Tallberg",
    "Tornvall",
    "Vikstrand",
    "Västerbo",
    "Åkerhem",
    "Älvgren",
    "Österhem",
    "Arkwell",
    "Bexley",
    "Carrow",
    "Denholm",
    "Eastman",
    "Farrow",
    "Gresham",
    "Hartwell",
    "Ingleby",
    "Kestrel",
    "Loxton",
    "Merrick",
    "Norwell",
    "Oakden",
    "Penrose",
    "Quayle",
    "Redfern",
    "Selwyn",
    "Thornby",
    "Upshaw",
    "Varley",
    "Wexler",
    "Yardley",
];

/// Nordic company names: a beginning and an end.
pub(super) const NORDIC_START: &[&str] = &[
    "Björkdala",
    "Ekhammar",
    "Fjordby",
    "Granitvik",
    "Havsörn",
    "Isfors",
    "Järnsund",
    "Kvarnbo",
    "Lindöga",
    "Mossberga",
    "Norrsken",
    "Orrkulla",
    "Pilfors",
    "Renhorn",
    "Skärvik",
    "Silverå",
    "Tallmo",
    "Ulvsund",
    "Vindkraft",
    "Åsbygg",
    "Älgsjö",
    "Ödmark",
    "Solglimt",
    "Stjärnfall",
    "Storfjäll",
    "Blåklint",
    "Hjortron",
    "Lodjur",
    "Polarvind",
    "Tranvik",
    "Ankarby",
    "Bergslund",
    "Dalgång",
    "Elvira",
    "Fyrhamn",
    "Gryning",
    "Horisont",
    "Kajplats",
    "Ljungmark",
    "Midvinter",
];

pub(super) const NORDIC_END: &[&str] = &[
    "AB",
    "Teknik AB",
    "Data AB",
    "Logistik AB",
    "Bygg AB",
    "Energi AB",
    "Konsult AB",
    "Handel AB",
    "Livs AB",
    "Industri AB",
    "Fastigheter AB",
    "Vård AB",
    "Media AB",
    "Försäkring AB",
    "AS",
    "Systemer AS",
    "Shipping AS",
    "ApS",
    "Foods A/S",
    "Software Oy",
    "Metsä Oy",
    "Group",
];

pub(super) const GLOBAL_START: &[&str] = &[
    "Arcfield",
    "Bluepeak",
    "Clearwick",
    "Dunmore",
    "Everlane Hill",
    "Foxbridge",
    "Greystone Bay",
    "Highmoor",
    "Ironvale",
    "Juniper Row",
    "Kingsferry",
    "Lakemont",
    "Moorgate Field",
    "Northwick",
    "Oldcastle",
    "Pinecrest Vale",
    "Quarrybank",
    "Ridgewell",
    "Stonebridge Lane",
    "Tidewater",
    "Umberfield",
    "Valecroft",
    "Westhollow",
    "Yewtree",
    "Rheintal",
    "Schwarzberg",
    "Lindenhof",
    "Kastelen",
    "Oosterveld",
    "Zuidhaven",
];

pub(super) const GLOBAL_END: &[&str] = &[
    "Ltd",
    "Systems Ltd",
    "Foods Ltd",
    "Logistics Ltd",
    "Insurance plc",
    "Inc",
    "Software Inc",
    "Health Inc",
    "GmbH",
    "Technik GmbH",
    "Maschinenbau GmbH",
    "BV",
    "Retail BV",
    "Partners",
    "Holdings",
    "Analytics",
];

/// What tells companies of the same beginning and end apart.
pub(super) const MIDDLE: &[&str] = &[
    "Nord",
    "Syd",
    "Väst",
    "Öst",
    "Invest",
    "Partner",
    "Digital",
    "Nordic",
    "Solutions",
    "Service",
    "Produktion",
    "Design",
    "Trading",
    "Utveckling",
    "Marin",
    "Skog",
    "Metall",
    "Finans",
    "Mat",
    "Hem",
];

/// Country, its language, a few cities, and its weight in a hundred.
pub(super) const COUNTRIES: &[(&str, &str, &[&str], u64)] = &[
    ("Sweden", "sv", &["Stockholm", "Göteborg", "Malmö", "Uppsala", "Umeå", "Linköping", "Örebro"], 46),
    ("Norway", "no", &["Oslo", "Bergen", "Trondheim"], 12),
    ("Denmark", "da", &["København", "Aarhus", "Odense"], 12),
    ("Finland", "fi", &["Helsinki", "Tampere", "Turku"], 9),
    ("Germany", "de", &["Hamburg", "Berlin", "München"], 8),
    ("United Kingdom", "en", &["London", "Leeds", "Bristol"], 7),
    ("United States", "en", &["Boston", "Denver", "Austin"], 4),
    ("Netherlands", "nl", &["Utrecht", "Rotterdam"], 2),
];

/// Job title, seniority, buying roles that go with it.
pub(super) const TITLES: &[(&str, &str, &str)] = &[
    ("Chief Executive Officer", "executive", "DECISION_MAKER;EXECUTIVE_SPONSOR"),
    ("VD", "executive", "DECISION_MAKER"),
    ("Chief Financial Officer", "executive", "BUDGET_HOLDER"),
    ("Chief Information Officer", "executive", "DECISION_MAKER"),
    ("VP Sales", "vp", "DECISION_MAKER"),
    ("VP Marketing", "vp", "BUDGET_HOLDER"),
    ("Head of HR", "director", "CHAMPION"),
    ("HR-chef", "director", "CHAMPION"),
    ("IT-chef", "director", "INFLUENCER"),
    ("Head of Communications", "director", "CHAMPION"),
    ("Kommunikationschef", "director", "CHAMPION"),
    ("Marketing Manager", "manager", "INFLUENCER"),
    ("Marknadschef", "manager", "INFLUENCER"),
    ("Sales Manager", "manager", "INFLUENCER"),
    ("Inköpare", "senior", "BUDGET_HOLDER"),
    ("Legal Counsel", "senior", "LEGAL_AND_COMPLIANCE"),
    ("Project Manager", "senior", "END_USER"),
    ("Projektledare", "senior", "END_USER"),
    ("Software Developer", "senior", "END_USER"),
    ("System Administrator", "senior", "BLOCKER"),
    ("HR Specialist", "entry", "END_USER"),
    ("Communications Officer", "entry", "END_USER"),
    ("Account Executive", "entry", ""),
    ("Office Manager", "entry", ""),
    ("Analyst", "entry", ""),
    ("Student", "entry", ""),
];

/// Free-mail hosts.
pub(super) const FREE_MAIL: &[&str] = &["freemail.example", "post.example", "inbox.example"];

/// Words that a company's domain leaves out.
const LEGAL_FORMS: &[&str] = &["AB", "AS", "ApS", "A/S", "Oy", "Ltd", "plc", "Inc", "GmbH", "BV", "Group", "Holdings"];

/// A company's domain, under a name that is reserved for examples.
pub(super) fn domain(company: &str) -> String {
    let words: Vec<&str> = company.split(' ').filter(|word| !LEGAL_FORMS.contains(word)).collect();
    format!("{}.example", slug(&words.join(" ")))
}

/// Path, title, weight.
pub(super) const PAGES: &[(&str, &str, u64)] = &[
    ("/", "Start", 30),
    ("/pricing", "Pricing", 9),
    ("/priser", "Priser", 9),
    ("/paket-och-priser", "Paket och priser", 5),
    ("/intranet", "Intranet", 10),
    ("/demo", "Book a demo", 5),
    ("/careers", "Careers", 6),
    ("/customers", "Customers", 6),
    ("/integrations", "Integrations", 4),
    ("/blog/intranat-guide", "Guide: intranät", 5),
    ("/blog/internal-communication-trends", "Internal communication trends", 5),
    ("/blog/employee-engagement", "Employee engagement", 4),
    ("/support", "Support", 2),
];

pub(super) const SITES: &[&str] = &["https://www.example.com", "https://www.nordlys.example"];

pub(super) const SOURCES: &[(&str, &str)] = &[
    ("ORGANIC_SEARCH", "https://search.example/"),
    ("ORGANIC_SEARCH", "https://search.example/"),
    ("DIRECT_TRAFFIC", ""),
    ("PAID_SEARCH", "https://ads.example/"),
    ("EMAIL_MARKETING", ""),
    ("REFERRALS", "https://partner.example/articles"),
];

/// Campaign name and subject.
pub(super) const NEWSLETTERS: &[(&str, &str)] = &[
    ("Newsletter September", "Höstens nyheter"),
    ("Newsletter October", "Five ideas for internal communication"),
    ("Newsletter November", "Nytt i plattformen"),
    ("Webinar invitation", "Webinar: the intranet that people use"),
    ("Guide: intranät", "Ladda ner guiden"),
    ("Product news Q4", "What is new this quarter"),
    ("Customer story", "How Björkdala saved two hours a week"),
    ("Demo reminder", "Se en demo på tio minuter"),
    ("Price change", "New packages and prices"),
    ("Newsletter August", "Back from summer"),
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
