namespace Ingester.Storage.Uploads;

/// <summary>What has not reached the store yet.</summary>
/// <param name="Objects">How many objects wait or are on their way.</param>
/// <param name="Bytes">How many bytes of uncompressed rows they hold.</param>
/// <param name="OldestAge">How long the oldest of them has waited; zero when there is none.</param>
internal readonly record struct BacklogState(int Objects, long Bytes, TimeSpan OldestAge);
