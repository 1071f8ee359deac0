namespace Ingester.Publishing.Statements;

/// <summary>A digest set of in-toto.</summary>
/// <param name="Sha256">SHA-256, 64 hex digits.</param>
internal sealed record Digest(string Sha256);
