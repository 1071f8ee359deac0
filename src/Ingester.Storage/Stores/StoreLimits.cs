using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Storage.Stores;

/// <summary>
/// The length limits of keys in a kind of store. A market whose keys are too long is never subscribed: its objects could not be stored however
/// often uploads are retried.
/// </summary>
internal sealed class StoreLimits
{
    private const int MaxKeyBytes = 1024; // bytes of UTF-8, as S3 documents
    private const int MaxNameBytes = 255; // NAME_MAX: bytes of a file's or directory's name
    private const int MaxPathBytes = 4095; // PATH_MAX without the terminating null byte
    private const int MinutesPerHour = 60;

    private static readonly string SampleHash = new('0', 64);

    private readonly string root;
    private readonly string replica;
    private readonly bool isDirectory;

    private StoreLimits(string root, bool isDirectory, string replica) => (this.root, this.isDirectory, this.replica) = (root, isDirectory, replica);

    /// <summary>The limits of the given store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="replica">The name of the replica, which is part of some keys.</param>
    /// <param name="prefix">A key prefix in addition to the store's own prefix.</param>
    public static StoreLimits Of(StoreOptions store, string replica, string prefix = "") => store.S3 is { } bucket
        ? new(ObjectKey.Root(bucket.Prefix) + ObjectKey.Root(prefix), isDirectory: false, replica)
        : new(Path.GetFullPath(store.Directory ?? StoreOptions.DefaultDirectory) + "/" + ObjectKey.Root(prefix), isDirectory: true, replica);

    /// <summary>Why the objects of a market cannot be stored, as a clause; null if they can.</summary>
    public string? FindProblem(string exchange, string market)
    {
        foreach (var key in LongestKeys(exchange, market))
            if ((isDirectory ? FindPathProblem(key) : FindKeyProblem(key)) is { } why)
                return why;
        return null;
    }

    private static string? FindKeyProblem(string key) => Encoding.UTF8.GetByteCount(key) is > MaxKeyBytes and var length
        ? $"its keys have up to {length} bytes, and a bucket accepts {MaxKeyBytes}"
        : null;

    private static string? FindPathProblem(string path)
    {
        foreach (var part in path.Split('/'))
            if (Encoding.UTF8.GetByteCount(part) is > MaxNameBytes and var length)
                return $"a file or directory name has {length} bytes, and the file system accepts {MaxNameBytes}";
        return Encoding.UTF8.GetByteCount(path) is > MaxPathBytes and var all
            ? $"its paths have up to {all} bytes, and the file system accepts {MaxPathBytes}"
            : null;
    }

    /// <summary>The longest possible key of each kind for a market, with the longest possible ids.</summary>
    private IEnumerable<string> LongestKeys(string exchange, string market)
    {
        var longest = new SequenceRange(long.MinValue, long.MinValue + 1);
        var window = new Window(0, MinutesPerHour);
        foreach (var dataset in Enum.GetValues<Dataset>().Where(dataset => dataset.IsStreamed()))
        {
            var key = ObjectKey.Segment("", new(new(dataset, exchange, market), window, longest, IsWhole: false));
            yield return root + ObjectKey.Alternative("", ObjectKey.Divergent, key, SampleHash);
        }

        var book = new SealedSnapshot { Stream = new(Dataset.Depth, exchange, market), Micros = 0, LastId = long.MinValue, Rows = new() };
        yield return root + ObjectKey.Alternative("", ObjectKey.Variants, ObjectKey.Snapshot("", book, replica), SampleHash);
    }
}
