using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>
/// Keeps audits of hours that are over in files, so that a restart shows them at once. A file that cannot be read is ignored: the hours are audited again. Another store, another prefix and
/// another version of the program have folders of their own.
/// </summary>
/// <param name="directory">The directory of the cache.</param>
/// <param name="store">What identifies the store.</param>
/// <param name="maxBytes">Maximum size of all files; the oldest ones are deleted.</param>
/// <param name="log">The log.</param>
internal sealed partial class BlockFiles(string directory, string store, long maxBytes, ILogger log)
{
    private const string Extension = ".json.gz";
    private const int DigitsOfFolder = 16;

    private static readonly JsonSerializerOptions Json = new() { RespectNullableAnnotations = true };

    private readonly string root = Path.Combine(directory, "audits");
    private readonly string folder = Path.Combine(directory, "audits", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"1\n{store}\n{typeof(BlockFiles).Module.ModuleVersionId}\n{typeof(Reading.Auditing.AuditReport).Module.ModuleVersionId}")))[..DigitsOfFolder]);

    /// <summary>Reads an audit; null when it is not there or not readable.</summary>
    /// <param name="key">The hours.</param>
    /// <param name="names">The streams that are in memory; new ones are added.</param>
    public AuditBlock? Find(BlockKey key, HashSet<StreamId> names)
    {
        try
        {
            if (!File.Exists(PathOf(key)))
                return null;
            using var file = File.OpenRead(PathOf(key));
            using var text = new GZipStream(file, CompressionMode.Decompress);
            return JsonSerializer.Deserialize<StoredBlock>(text, Json)?.ToBlock(key, names);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            LogFailure(log, PathOf(key), failure.Message);
            return null;
        }
    }

    /// <summary>Writes an audit. A directory that cannot be written is a warning in the log: the audit stays in memory.</summary>
    public void Add(AuditBlock block)
    {
        var path = PathOf(block.Key);
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = File.Create(path + ".part"))
            using (var text = new GZipStream(file, CompressionLevel.Fastest))
                JsonSerializer.Serialize(text, StoredBlock.From(block), Json);
            File.Move(path + ".part", path, overwrite: true);
            DeleteOldest();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailure(log, path, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The file {Path} of the cache cannot be used: {Reason}")]
    private static partial void LogFailure(ILogger log, string path, string reason);

    private string PathOf(BlockKey key) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{KeyEncoding.Encode(key.Exchange)}_{key.FromMicros}_{key.Hours}{Extension}"));

    private void DeleteOldest()
    {
        var files = new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories).OrderByDescending(file => file.LastWriteTimeUtc).ThenBy(file => file.FullName, StringComparer.Ordinal).ToList();
        var kept = 0L;
        foreach (var file in files)
            if ((kept += file.Length) > maxBytes)
                file.Delete();
    }
}
