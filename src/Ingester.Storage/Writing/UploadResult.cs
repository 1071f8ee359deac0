namespace Ingester.Storage.Writing;

/// <summary>The result of an upload.</summary>
/// <param name="Key">The key of the rows; for a duplicate, the key of the identical stored rows.</param>
/// <param name="Sha256">The SHA-256 of the uncompressed rows.</param>
/// <param name="Outcome">The outcome.</param>
internal readonly record struct UploadResult(string Key, string Sha256, UploadOutcome Outcome);
