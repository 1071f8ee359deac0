namespace Ingester.Storage.Uploads;

/// <summary>The objects in memory that are not stored yet.</summary>
/// <param name="Objects">Number of objects that are queued or being uploaded.</param>
/// <param name="Bytes">Size of their uncompressed rows in bytes.</param>
/// <param name="OldestAge">Age of the oldest object; zero when there is none.</param>
internal readonly record struct BacklogState(int Objects, long Bytes, TimeSpan OldestAge);
