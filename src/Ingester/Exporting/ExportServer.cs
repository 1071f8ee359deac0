using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Errors;
using Ingester.Publishing.Serving;
using Ingester.Storage.Stores;

namespace Ingester.Exporting;

/// <summary>Serves exported CSV files: <c>GET /v1/{exchange}/{dataType}/{yyyy}/{MM}/{dd}/{SYMBOL}.csv.gz</c>, also ranges of them. Read-only.</summary>
/// <param name="store">The store with the files.</param>
/// <param name="prefix">Prefix of all keys.</param>
internal sealed class ExportServer(IObjectStore store, string prefix)
{
    private const string Pattern = "/v1/{exchange}/{dataType}/{year:int:length(4)}/{month:int:length(2)}/{day:int:length(2)}/{file}";
    private const string Extension = ".csv.gz";

    /// <summary>Serves until it is stopped.</summary>
    /// <param name="address">The address.</param>
    /// <param name="listening">Receives the address, with the port that was chosen.</param>
    /// <param name="cancel">Stops the server.</param>
    /// <exception cref="CommandException">The address cannot be used.</exception>
    public async Task RunAsync(Uri address, Action<string> listening, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        await using var app = builder.Build();
        app.MapMethods(Pattern, [HttpMethods.Get, HttpMethods.Head], AnswerAsync);
        app.MapFallback(static () => Results.Text("Exported files are at /v1/{exchange}/{dataType}/{yyyy}/{MM}/{dd}/{SYMBOL}.csv.gz.\n", statusCode: StatusCodes.Status404NotFound));
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException taken)
        {
            throw new CommandException($"Cannot listen on {address}: {taken.Message}", taken);
        }

        listening(app.Urls.First());
        await Task.Delay(Timeout.Infinite, cancel).ContinueWith(static _ => { }, TaskScheduler.Default);
        await app.StopAsync(CancellationToken.None);
    }

    private async Task<IResult> AnswerAsync(string exchange, string dataType, int year, int month, int day, string file, HttpContext context)
    {
        if (!file.EndsWith(Extension, StringComparison.Ordinal) || !KeyOf(exchange, dataType, year, month, day, file, out var key))
            return NotFound($"{context.Request.Path} is not the address of a file: it ends in /yyyy/MM/dd/SYMBOL{Extension}.");
        try
        {
            if (await store.HeadAsync(ObjectKey.Root(prefix) + key, context.RequestAborted) is not { } found)
                return NotFound($"There is no exported file {key}. Run: ingester export --date {year:0000}-{month:00}-{day:00}.");
            var content = await store.GetAsync(ObjectKey.Root(prefix) + key, context.RequestAborted);
            if (content is null)
                return NotFound($"There is no exported file {key}.");
            if (!content.CanSeek)
            {
                await content.DisposeAsync();
                content = new StoredFileStream(store, ObjectKey.Root(prefix) + key, found.Size);
            }

            return Results.Stream(content, "application/gzip", file, enableRangeProcessing: true);
        }
        catch (StoreException failure)
        {
            return Results.Text(failure.Message + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static bool KeyOf(string exchange, string dataType, int year, int month, int day, string file, out string key)
    {
        key = "";
        if (year < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || Array.Exists([exchange, dataType, file], part => part is "." or ".." || part.AsSpan().ContainsAny('/', '\\', '\0')))
            return false;
        key = string.Create(CultureInfo.InvariantCulture, $"export/csv/{KeyEncoding.Encode(exchange)}/{KeyEncoding.Encode(dataType)}/{year:0000}/{month:00}/{day:00}/{KeyEncoding.Encode(file)}");
        return true;
    }

    private static IResult NotFound(string sentence) => Results.Text(sentence + "\n", statusCode: StatusCodes.Status404NotFound);
}
