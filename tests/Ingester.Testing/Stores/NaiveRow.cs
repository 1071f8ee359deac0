namespace Ingester.Testing.Stores;

/// <summary>A row as JSON says it.</summary>
/// <param name="Text">All of it.</param>
/// <param name="Micros">Its time.</param>
/// <param name="Range">What it covers.</param>
/// <param name="Levels">How many levels it has.</param>
/// <param name="What">What it says of its ids, without the time.</param>
internal sealed record NaiveRow(string Text, long Micros, (long After, long UpTo)? Range, int Levels, string What);
