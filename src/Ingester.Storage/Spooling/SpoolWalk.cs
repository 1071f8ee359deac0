using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>
/// In which order files leave the spool: by age, over and over, passing by those that are on their way and those that failed until they may be
/// tried again. Only the names of one minute are in memory. Not safe for use by two threads at once.
/// </summary>
internal sealed class SpoolWalk(SpoolDirectory directory, SpoolTally tally, StorageContext context)
{
    /// <summary>Files that failed are remembered up to this number, a few megabytes; more are tried again as if they had not.</summary>
    private const int MostRemembered = 50_000;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock = context.Clock;
    private readonly Dictionary<string, SpoolEntry> taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> gone = new(StringComparer.Ordinal); // since the names were read
    private readonly Dictionary<string, Failure> failed = new(StringComparer.Ordinal);
    private List<SpoolEntry> listing = [];
    private string? folder;
    private int position;

    /// <summary>The next file, which is passed by until it is given back or gone.</summary>
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

            folder = null; // the end: what came meanwhile, or may be tried again, is found from the beginning
            if (again)
                return false;
        }
    }

    /// <summary>How long until a file that failed may be tried again; never long, because a disk that could not be read is asked again too.</summary>
    public TimeSpan UntilRetry()
    {
        if (failed.Count == 0)
            return LongestPause;
        var rest = clock.GetElapsedTime(clock.GetTimestamp(), failed.Values.Min(failure => failure.DueAt));
        return rest <= ShortestPause ? ShortestPause : rest < LongestPause ? rest : LongestPause;
    }

    /// <summary>How often a file has failed.</summary>
    public Attempts Attempts(SpoolEntry entry) => failed.TryGetValue(entry.Path, out var failure) ? failure.Attempts : new();

    /// <summary>A file could not be stored; it stays, and is tried again after a wait.</summary>
    public void Fail(SpoolEntry entry, Attempts attempts, TimeSpan wait)
    {
        taken.Remove(entry.Path);
        if (failed.Count < MostRemembered || failed.ContainsKey(entry.Path))
            failed[entry.Path] = new(attempts, clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency));
    }

    /// <summary>A file was not tried.</summary>
    public void GiveBack(SpoolEntry entry) => taken.Remove(entry.Path);

    /// <summary>A file is gone.</summary>
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

        // What is on its way may be stored and removed already, and is counted out by whoever did that.
        var known = listing.Concat(taken.Values.Where(entry => entry.Folder == next)).Distinct().ToList();
        if (tally.Correct(next, known.Count, known.Sum(entry => entry.Size)) is > 0 and var lost)
            context.Events.SpoolFilesGone(next, lost);
        return true;
    }

    private readonly record struct Failure(Attempts Attempts, long DueAt);
}
