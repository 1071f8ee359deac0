namespace Ingester.Publishing.Statements;

/// <summary>One certified file.</summary>
/// <param name="Name">Its key, relative to the folder that contains <c>export</c>.</param>
/// <param name="Digest">Its digests by algorithm; <c>sha256</c> is always there.</param>
internal sealed record Subject(string Name, Digest Digest);
