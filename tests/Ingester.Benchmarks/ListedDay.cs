using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Core.Time;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks;

/// <summary>A store that generates the keys of segments when they are listed. All other operations are those of another store.</summary>
internal sealed class ListedDay(IObjectStore journals, AuditDay day) : IObjectStore
{
    private readonly Dictionary<string, AuditStream> folders = day.Streams.ToDictionary(
        stream => KeyFolder.Segments("", stream.Id, whole: true, day.Begin.UtcDateTime), StringComparer.Ordinal);

    public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) => journals.PutAsync(key, body, metadata, cancellation);

    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => journals.HeadAsync(key, cancellation);

    public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => journals.GetAsync(key, cancellation);

    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation)
    {
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        return folders.TryGetValue(folder, out var stream)
            ? Listed(stream, folder).Where(found => found.Key.StartsWith(prefix, StringComparison.Ordinal)).ToAsyncEnumerable()
            : journals.ListAsync(prefix, cancellation);
    }

    private IEnumerable<ListedObject> Listed(AuditStream stream, string folder)
    {
        foreach (var window in day.Windows(stream))
        {
            var (minute, range) = ((int)((window.StartMicros - day.MinuteMicros(0)) / Window.MicrosPerMinute), day.Name(stream, window).Range!.Value);
            yield return new($"{folder}{minute / 60:00}{minute % 60:00}-{window.Minutes}m_{range.After}_{range.UpTo}{ObjectKey.Extension}", 1_000);
        }
    }
}
