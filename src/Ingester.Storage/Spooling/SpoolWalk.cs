using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>
/// Iterates over the files of the spool by age, repeatedly. Skips files that are being uploaded and failed files whose retry is not due. Memory
/// holds only the file names of one minute. Not thread-safe.
/// </summary>
internal sealed class SpoolWalk(SpoolDirectory directory, SpoolTally tally, StorageContext context)
{
    /// <summary>Maximum number of remembered failures (a few megabytes). Further failed files are retried as if they had not failed.</summary>
    private const int MostRemembered = 50_000;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock = context.Clock;
    private readonly Dictionary<string, SpoolEntry> taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> gone = new(StringComparer.Ordinal); // since the last listing
    private readonly Dictionary<string, Failure> failed = new(StringComparer.Ordinal);
    private List<SpoolEntry> listing = [];
    private string? folder;
    private int position;

    /// <summary>Takes the next file. It is skipped until it is put back, marked as failed or removed.</summary>
    public bool TryNext(out SpoolEntry entry)
    {
        entry = default;
        if (tally.Files <= taken.Count)
            return false;
        var now = clock.GetTimestamp();
        for (var again = false; ; again = true)
        {
            do
            {
                while (position < listing.Count)
                {
                    entry = listing[position++];
                    if (MayTry(entry, now) && taken.TryAdd(entry.Path, entry))
                        return true;
                }
            }
            while (List(tally.After(folder)));

            folder = null; // end of the spool: restart from the beginning for files that were added or became due meanwhile
            if (again)
                return false;
        }
    }

    /// <summary>Time until a failed file may be retried. It has a maximum, because a disk that could not be read must be retried, too.</summary>
    public TimeSpan UntilRetry()
    {
        if (failed.Count == 0)
            return LongestPause;
        var rest = clock.GetElapsedTime(clock.GetTimestamp(), failed.Values.Min(failure => failure.DueAt));
        return rest <= ShortestPause ? ShortestPause : rest < LongestPause ? rest : LongestPause;
    }

    /// <summary>The failures of a file.</summary>
    public Attempts Attempts(SpoolEntry entry) => failed.TryGetValue(entry.Path, out var failure) ? failure.Attempts : new();

    /// <summary>The upload failed; the file is retried after a delay.</summary>
    public void Fail(SpoolEntry entry, Attempts attempts, TimeSpan wait)
    {
        taken.Remove(entry.Path);
        if (failed.Count < MostRemembered || failed.ContainsKey(entry.Path))
            failed[entry.Path] = new(attempts, clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency));
    }

    /// <summary>The upload was not attempted.</summary>
    public void GiveBack(SpoolEntry entry) => taken.Remove(entry.Path);

    /// <summary>The file was removed.</summary>
    public void Forget(SpoolEntry entry)
    {
        taken.Remove(entry.Path);
        failed.Remove(entry.Path);
        if (entry.Folder == folder)
            gone.Add(entry.Path);
    }

    private bool MayTry(SpoolEntry entry, long now) =>
        !gone.Contains(entry.Path) && (!failed.TryGetValue(entry.Path, out var failure) || failure.DueAt <= now);

    private bool List(string? next)
    {
        (folder, position, listing) = (next ?? folder, 0, []);
        gone.Clear();
        if (next is null)
            return false;
        listing = [.. directory.Files(next).Where(file => file.Name.EndsWith(SpoolEntry.Extension, StringComparison.Ordinal)).Select(SpoolEntry.Of)];
        listing.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));

        // A file that is being uploaded may be stored and removed already; the remover updates the counters.
        var known = listing.Concat(taken.Values.Where(entry => entry.Folder == next)).Distinct().ToList();
        if (tally.Correct(next, known.Count, known.Sum(entry => entry.Size)) is > 0 and var lost)
            context.Events.SpoolFilesGone(next, lost);
        return true;
    }

    private readonly record struct Failure(Attempts Attempts, long DueAt);
}
