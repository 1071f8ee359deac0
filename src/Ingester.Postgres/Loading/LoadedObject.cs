namespace Ingester.Postgres.Loading;

/// <summary>An object whose rows are in the transaction.</summary>
/// <param name="Minute">Its minute, microseconds UTC.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Rows">Number of its rows.</param>
internal readonly record struct LoadedObject(long Minute, int Revision, long Rows);
