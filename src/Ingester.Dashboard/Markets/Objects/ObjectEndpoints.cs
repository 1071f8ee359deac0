using System.IO.Compression;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Dashboard.Stores;
using Ingester.Storage.Stores;

namespace Ingester.Dashboard.Markets.Objects;

/// <summary>Serves objects of the store: <c>GET /object?key=…</c> as it is stored, <c>GET /object/text?key=…</c> its first lines as text. Read-only.</summary>
internal static class ObjectEndpoints
{
    /// <summary>Maximum number of bytes of a text.</summary>
    public const int MaxTextBytes = 1 << 20;

    private const string Path = "/object";
    private const string TextPath = "/object/text";

    /// <summary>The address of an object as it is stored.</summary>
    public static string AddressOf(string key) => $"object?key={Uri.EscapeDataString(key)}";

    /// <summary>The address of its first lines.</summary>
    public static string TextAddressOf(string key) => $"object/text?key={Uri.EscapeDataString(key)}";

    /// <summary>Adds the addresses.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (string? key, IStoreAccess store, CancellationToken cancellation) => AnswerAsync(key, store, DownloadAsync, cancellation));
        app.MapGet(TextPath, (string? key, IStoreAccess store, CancellationToken cancellation) => AnswerAsync(key, store, ReadTextAsync, cancellation));
    }

    private static async Task<IResult> AnswerAsync(string? key, IStoreAccess access, Func<string, Stream, CancellationToken, Task<IResult>> answer, CancellationToken cancellation)
    {
        if (key is null || !key.EndsWith(ObjectKey.Extension, StringComparison.Ordinal))
            return Sentence($"'{key}' is not the key of an object: it ends in {ObjectKey.Extension}.", StatusCodes.Status404NotFound);
        try
        {
            var content = await access.ReadAsync((store, cancel) => OpenAsync(store, key, cancel), cancellation);
            return content is null ? Sentence($"There is no object {key}.", StatusCodes.Status404NotFound) : await answer(key, content, cancellation);
        }
        catch (DashboardFault fault)
        {
            return Sentence(fault.Message, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<Stream?> OpenAsync(OpenedStore store, string key, CancellationToken cancellation)
    {
        if (!key.StartsWith(ObjectKey.Root(store.Prefix), StringComparison.Ordinal))
            return null;
        try
        {
            return await store.Objects.GetAsync(key, cancellation);
        }
        catch (ArgumentException)
        {
            return null; // not a key, such as one with ".."
        }
    }

    private static Task<IResult> DownloadAsync(string key, Stream content, CancellationToken cancellation) =>
        Task.FromResult(Results.Stream(content, "application/gzip", key[(key.LastIndexOf('/') + 1)..]));

    private static async Task<IResult> ReadTextAsync(string key, Stream content, CancellationToken cancellation)
    {
        await using (content)
            try
            {
                await using var lines = new GZipStream(content, CompressionMode.Decompress);
                var bytes = new byte[MaxTextBytes];
                var length = await lines.ReadAtLeastAsync(bytes, MaxTextBytes, throwOnEndOfStream: false, cancellation);
                if (length < MaxTextBytes)
                    return Sentence(Encoding.UTF8.GetString(bytes, 0, length), StatusCodes.Status200OK);
                var end = bytes.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
                return Sentence($"{Encoding.UTF8.GetString(bytes, 0, end)}(The text ends here after {MaxTextBytes >> 20} MiB. Download the object to read the rest.)", StatusCodes.Status200OK);
            }
            catch (Exception damaged) when (damaged is InvalidDataException || S3Errors.IsStoreError(damaged, cancellation))
            {
                return Sentence($"{key} is not readable: {damaged.Message}", StatusCodes.Status503ServiceUnavailable);
            }
    }

    private static IResult Sentence(string text, int status) => Results.Text(text.EndsWith('\n') ? text : text + "\n", "text/plain", Encoding.UTF8, status);
}
