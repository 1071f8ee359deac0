using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>
/// Iterates over the files of the spool by age, repeatedly. Skips files that are being uploaded and failed files whose retry is not due. Memory
/// holds only the file names of one minute. Not thread-safe.
/// </summary>
internal sealed class SpoolScanner(SpoolDirectory directory, SpoolCounters counters, TimeProvider clock, SpoolEvents events)
{
    /// <summary>Maximum number of remembered failures (a few megabytes). Further failed files are retried as if they had not failed.</summary>
    private const int MaxRememberedFailures = 50_000;

    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, SpoolEntry> inProgress = new(StringComparer.Ordinal);
    private readonly HashSet<string> removed = new(StringComparer.Ordinal); // since the last listing
    private readonly Dictionary<string, Failure> failed = new(StringComparer.Ordinal);
    private List<SpoolEntry> listing = [];
    private string? folder;
    private int position;

    /// <summary>Takes the next file. It is skipped until it is put back, marked as failed or removed.</summary>
    public bool TryTakeNext(out SpoolEntry entry)
    {
        entry = default;
        if (counters.Files <= inProgress.Count)
            return false;
        var now = clock.GetTimestamp();
        for (var again = false; ; again = true)
        {
            do
            {
                while (position < listing.Count)
                {
                    entry = listing[position++];
                    if (IsDue(entry, now) && inProgress.TryAdd(entry.RelativePath, entry))
                        return true;
                }
            }
            while (LoadFolder(counters.NextFolder(folder)));

            folder = null; // end of the spool: restart from the beginning for files that were added or became due meanwhile
            if (again)
                return false;
        }
    }

    /// <summary>Time until a failed file may be retried. It has a maximum, because a disk that could not be read must be retried, too.</summary>
    public TimeSpan DelayUntilRetry()
    {
        if (failed.Count == 0)
            return MaxPause;
        var rest = clock.GetElapsedTime(clock.GetTimestamp(), failed.Values.Min(failure => failure.DueAt));
        return rest <= MinPause ? MinPause : rest < MaxPause ? rest : MaxPause;
    }

    /// <summary>The failures of a file.</summary>
    public FailureHistory FailuresOf(SpoolEntry entry) => failed.TryGetValue(entry.RelativePath, out var failure) ? failure.History : new();

    /// <summary>The upload failed; the file is retried after a delay.</summary>
    public void MarkFailed(SpoolEntry entry, FailureHistory attempts, TimeSpan wait)
    {
        inProgress.Remove(entry.RelativePath);
        if (failed.Count < MaxRememberedFailures || failed.ContainsKey(entry.RelativePath))
            failed[entry.RelativePath] = new(attempts, clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency));
    }

    /// <summary>The upload was not attempted.</summary>
    public void PutBack(SpoolEntry entry) => inProgress.Remove(entry.RelativePath);

    /// <summary>The file was removed.</summary>
    public void MarkRemoved(SpoolEntry entry)
    {
        inProgress.Remove(entry.RelativePath);
        failed.Remove(entry.RelativePath);
        if (entry.Folder == folder)
            removed.Add(entry.RelativePath);
    }

    private bool IsDue(SpoolEntry entry, long now) =>
        !removed.Contains(entry.RelativePath) && (!failed.TryGetValue(entry.RelativePath, out var failure) || failure.DueAt <= now);

    private bool LoadFolder(string? next)
    {
        (folder, position, listing) = (next ?? folder, 0, []);
        removed.Clear();
        if (next is null)
            return false;
        listing = [.. directory.Files(next).Where(file => file.Name.EndsWith(SpoolEntry.Extension, StringComparison.Ordinal)).Select(SpoolEntry.FromFile)];
        listing.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));

        // A file that is being uploaded may be stored and removed already; the remover updates the counters.
        var known = listing.Concat(inProgress.Values.Where(entry => entry.Folder == next)).Distinct().ToList();
        if (counters.Reconcile(next, known.Count, known.Sum(entry => entry.Size)) is > 0 and var lost)
            events.SpoolFilesMissing(next, lost);
        return true;
    }

    private readonly record struct Failure(FailureHistory History, long DueAt);
}
