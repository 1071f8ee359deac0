using System.Collections.Concurrent;
using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>A bucket on loopback that accepts every object at once and keeps only counts.</summary>
internal sealed class ObjectSink(WebApplication app) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> probes = [];
    private long rows;
    private long packed;

    /// <summary>Its base address.</summary>
    public string Address => app.Urls.Single();

    /// <summary>The received objects, with the number of rows of events from their metadata; the size of the rows is unknown.</summary>
    public StoredRows Stored => new(Interlocked.Read(ref rows), 0, Interlocked.Read(ref packed));

    /// <summary>Starts the process.</summary>
    public static async Task<ObjectSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, InProcessLifetime>();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new ObjectSink(builder.Build());
        sink.Map();
        await sink.Run();
        return sink;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task Run() => app.StartAsync();

    private void Map() => app.Run(TakeAsync);

    private async Task TakeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsPut(request.Method))
        {
            await request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            if (request.Path.Value!.Contains("/probe/", StringComparison.Ordinal) && !probes.TryAdd(request.Path.Value, true))
            {
                context.Response.StatusCode = StatusCodes.Status412PreconditionFailed; // the recorder tests that objects are not replaced
                return;
            }

            if (IsSegment(request.Path.Value!) && long.TryParse(request.Headers["x-amz-meta-rows"], out var count))
                Interlocked.Add(ref rows, count);
            Interlocked.Add(ref packed, request.ContentLength ?? 0);
            context.Response.Headers.ETag = "\"0\"";
        }
        else if (HttpMethods.IsHead(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else
        {
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync("""<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>""");
        }
    }

    private static bool IsSegment(string path) => new[] { "/trades/", "/depth/" }.Any(path.Contains);
}
