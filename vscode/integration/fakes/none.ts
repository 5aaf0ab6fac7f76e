/** No extension at all; a test window needs one. */

export function activate(): void {}
