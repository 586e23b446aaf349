// Faults under which the extension does not yet do what it should, each with the reason. A test that begins to pass
// fails until its entry is taken out.

export const expectedFailures: Readonly<Record<string, string>> = {};
