namespace Ingester.Testing.Stores;

/// <summary>The one market of a generated store.</summary>
internal sealed record Market(string Dataset, string Exchange, string Pair, bool Numbered);
