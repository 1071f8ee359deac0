using Ingester.Core.Keys;
using Ingester.Dashboard.Stores;
using Ingester.Publishing.Serving;

namespace Ingester.Dashboard.Days;

/// <summary>Serves exported files and certificates, also ranges of them. Read-only.</summary>
/// <param name="stores">The store.</param>
internal sealed class FileDownloads(IStoreAccess stores)
{
    /// <summary>Adds the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(
        DaysPaths.Files + "{**key}", [HttpMethods.Get, HttpMethods.Head], static (string key, FileDownloads downloads, CancellationToken cancellation) => downloads.AnswerAsync(key, cancellation));

    /// <summary>Answers a request.</summary>
    /// <param name="key">The key below the prefix of the store.</param>
    /// <param name="cancellation">Cancels the request.</param>
    internal async Task<IResult> AnswerAsync(string key, CancellationToken cancellation)
    {
        if (!FileKey.IsAllowed(key))
            return Results.Text("This is not the address of an exported file or of a certificate.\n", statusCode: StatusCodes.Status404NotFound);
        try
        {
            return await stores.ReadAsync((store, stop) => OpenAsync(store, key, stop), cancellation) is { } content
                ? Results.Stream(content, FileKey.MediaTypeOf(key), key[(key.LastIndexOf('/') + 1)..], enableRangeProcessing: true)
                : Results.Text($"There is no file {key}.\n", statusCode: StatusCodes.Status404NotFound);
        }
        catch (DashboardFault fault)
        {
            return Results.Text(fault.Message + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<Stream?> OpenAsync(OpenedStore store, string key, CancellationToken cancellation)
    {
        var stored = ObjectKey.Root(store.Prefix) + key;
        if (await store.Objects.HeadAsync(stored, cancellation) is not { } found || await store.Objects.GetAsync(stored, cancellation) is not { } content)
            return null;
        if (content.CanSeek)
            return content;
        await content.DisposeAsync();
        return new StoredFileStream(store.Objects, stored, found.Size);
    }
}
