using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingester.Integration.Tests.Storage;

/// <summary>
/// A server on loopback that speaks as much of S3 as writing needs, and fast. It refuses to replace objects, or ignores <c>If-None-Match</c> and accepts each
/// write, as some look-alikes do.
/// </summary>
internal sealed class SmallS3 : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly bool replaces;
    private readonly ConcurrentDictionary<string, bool> objects = new(StringComparer.Ordinal);
    private int writes;

    private SmallS3(bool replaces)
    {
        this.replaces = replaces;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.Run(AnswerAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(server.Urls.Single());

    /// <summary>The paths of the objects, with their bucket.</summary>
    public ICollection<string> Objects => objects.Keys;

    /// <summary>How many writes were accepted.</summary>
    public int Writes => Volatile.Read(ref writes);

    /// <summary>Begins to answer.</summary>
    public static async Task<SmallS3> StartAsync(bool replaces)
    {
        var started = new SmallS3(replaces);
        await started.server.StartAsync();
        return started;
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        if (HttpMethods.IsPut(context.Request.Method))
        {
            if (objects.TryAdd(context.Request.Path.Value!, true) || replaces)
                Interlocked.Increment(ref writes);
            else
                context.Response.StatusCode = StatusCodes.Status412PreconditionFailed;
            return;
        }

        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync("<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>", context.RequestAborted);
    }
}
