namespace Ingester.Testing.Stores;

/// <summary>A row, parsed as plain JSON.</summary>
/// <param name="Text">The complete row.</param>
/// <param name="Micros">Its time, microseconds UTC.</param>
/// <param name="Range">Its ids <c>(after, upto]</c>; null for none.</param>
/// <param name="Levels">The number of its levels; 1 for a trade.</param>
/// <param name="What">Its content: prices, sizes and side, without time and ids.</param>
internal sealed record NaiveRow(string Text, long Micros, (long After, long UpTo)? Range, int Levels, string What);
