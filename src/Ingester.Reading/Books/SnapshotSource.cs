using System.Runtime.CompilerServices;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>Lists and opens the snapshots of one market.</summary>
/// <param name="archive">The archive.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="market">The market.</param>
internal sealed class SnapshotSource(ArchiveReader archive, string exchange, string market)
{
    /// <summary>How many days back a snapshot is searched. Diffs over more days rarely have no gap.</summary>
    public const int LookBackDays = 3;

    private readonly List<string> unreadable = [];

    /// <summary>One sentence for each snapshot that could not be used.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>True when the store did not return one of these objects.</summary>
    public bool IsStoreFailure { get; private set; }

    /// <summary>The latest readable snapshot before a time; null when there is none within <see cref="LookBackDays"/>.</summary>
    public async Task<StoredSnapshot?> FindLatestBeforeAsync(long micros, CancellationToken cancellation)
    {
        for (var back = 0; back <= LookBackDays; back++)
        {
            var day = Micros.ToDateTime(micros - 1).Date.AddDays(-back);
            foreach (var (name, key) in (await archive.Listing.ListSnapshotsAsync(exchange, market, day, cancellation)).Reverse())
                if (name.MinuteMicros < micros && await LoadAsync(name, key, cancellation) is { } found && found.Micros < micros)
                    return found;
        }

        return null;
    }

    /// <summary>Lists the snapshots whose minute is in a period, oldest first, hour by hour.</summary>
    public async IAsyncEnumerable<(SnapshotKey Name, string Key)> ListAsync(Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        const long Hour = 60 * Window.MicrosPerMinute;
        for (var hour = Window.Containing(period.From, 60).StartMicros; hour < period.To; hour += Hour)
            foreach (var found in await archive.Listing.ListSnapshotsAsync(exchange, market, Micros.ToDateTime(hour), cancellation, Micros.ToDateTime(hour).Hour))
                if (period.Contains(found.Name.MinuteMicros) || Window.Containing(period.From, 1).StartMicros == found.Name.MinuteMicros)
                    yield return found;
    }

    /// <summary>Opens a snapshot; null if it is not readable.</summary>
    public async Task<StoredSnapshot?> LoadAsync(SnapshotKey name, string key, CancellationToken cancellation)
    {
        try
        {
            var loaded = await archive.Objects.LoadAsync(key, Dataset.Snapshots, hashStart: null, cancellation);
            if (loaded.Rows is not { Count: 1 } rows)
                throw new UnreadableObjectException(key, "it is not a single snapshot");
            return new(name, key, loaded.Sha256, rows.First());
        }
        catch (UnreadableObjectException error)
        {
            IsStoreFailure |= error.IsStoreFailure;
            unreadable.Add(error.Message);
            return null;
        }
    }

    /// <summary>Makes a book of a snapshot; null if its levels are not readable.</summary>
    public ReconstructedBook? Open(StoredSnapshot snapshot, Core.Exchanges.BookProfile profile)
    {
        try
        {
            return new(snapshot.Key, snapshot.Name.Replica, snapshot.Row, profile);
        }
        catch (JsonException error)
        {
            unreadable.Add($"{snapshot.Key} is not readable: {error.Message}");
            return null;
        }
    }
}
