namespace Ingester.Publishing.DataExchange;

/// <summary>An asset of a revision.</summary>
/// <param name="Name">Its name: the key of the object that it was imported from.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record RevisionAsset(string Name, long Bytes);
