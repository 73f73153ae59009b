// Every English sentence of the console. A translation is another file of this form.
export const text = {
  nav: { who: "Who is this?", people: "People", upgrade: "Upgrade", thresholds: "Threshold", operation: "Operation" },
  gallery: "Gallery",
  signIn: {
    title: "Sign in", hint: "This daemon wants a token. Create one with: facectl token create --scopes identify,enroll,read",
    token: "Token", button: "Sign in",
  },
  who: {
    title: "Who is this?",
    drop: "Drop pictures here, paste one, or choose files.", choose: "Choose pictures", camera: "Use the camera",
    stop: "Stop the camera", noCamera: "The camera cannot be used: ", looking: "Looking…", noFace: "No face found.",
    unknown: "Unknown", ambiguous: "Could be several people", nobody: "Nobody is enrolled yet.",
    distance: "distance", threshold: "threshold", nearest: "Nearest:",
    addTo: "Add this face to", add: "Add", added: (name) => `Added to ${name}.`,
    known: (name) => `${name} has this picture already.`,
    face: (number) => `Face ${number}`,
  },
  people: {
    title: "People", search: "Search by name", empty: "Nobody is enrolled in this gallery. Start with “Who is this?”.",
    none: "Nobody has that name.", faces: (count) => (count === 1 ? "1 face" : `${count} faces`),
    previous: "Previous", next: "Next", page: (page, pages) => `Page ${page} of ${pages}`,
    count: (count) => (count === 1 ? "1 person" : `${count} people`),
  },
  person: {
    back: "All people", rename: "Rename", newName: "New name", renamed: "Renamed.", remove: "Delete this person",
    removeQuestion: (name) => `Delete ${name} with all pictures? The bytes leave the disk; this cannot be undone.`,
    removed: "Deleted.", removeFace: "Delete", removeFaceQuestion: "Delete this face? This cannot be undone.",
    quality: "quality", source: "from", noFaces: "No face is enrolled.", addPictures: "Add pictures",
    number: (number) => `Identity number ${number}`, enrolled: "Enrolled.", known: "This picture was enrolled already.",
  },
  upgrade: {
    title: "Upgrade the model", models: "Models", active: "in use", use: "Move to this model",
    question: "Embed every kept face under this model and switch to it when all are done? Searches go on meanwhile.",
    jobs: "Moves", none: "There was none yet.", cancel: "Cancel", started: "Started.",
    hint: "Add a model with: facectl model add FILE",
    state: { RUNNING: "running", SUCCEEDED: "done", FAILED: "failed", CANCELLED: "cancelled", PAUSED: "paused" },
    faces: (done, total) => `${done} of ${total} faces`,
  },
  thresholds: {
    title: "Strict or lenient",
    hint: "How many strangers may be taken for somebody. Stricter means fewer wrong names and more people who are not recognised.",
    strict: "strict", lenient: "lenient", expected: (count) => `About ${count} of 10,000 strangers are accepted.`,
    standard: "Use the daemon's own setting", kept: "“Who is this?” in this browser now uses this setting.",
    asked: "What the daemon uses:",
  },
  operation: {
    title: "Operation", version: "Version", since: "Running since", model: "Model", galleries: "Galleries",
    identities: "People", faces: "Faces", store: "On the disk", rate: "Strangers accepted (FPIR)", kernels: "Processor",
    largest: "Largest picture", refresh: "Updated every five seconds.", signOut: "Sign out",
  },
  dialog: { yes: "Yes", cancel: "Cancel" },
  failed: "That did not work: ",
};
