namespace Ingester.Storage.Writing;

/// <summary>What became of an upload.</summary>
/// <param name="Key">Where its rows stand; for a duplicate, where the equal ones do.</param>
/// <param name="Sha256">The hash of its uncompressed rows.</param>
/// <param name="Outcome">How they came there.</param>
internal readonly record struct WrittenObject(string Key, string Sha256, UploadOutcome Outcome);
