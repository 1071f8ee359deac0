using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingester.Integration.Tests.Storage;

/// <summary>Answers that an emulator does not give, from a server that says what it is told to.</summary>
public sealed class S3AnswerTests : IAsyncLifetime
{
    private readonly Queue<(int Status, string Code)> answers = new();
    private readonly List<(string Method, string? IfNoneMatch, string? Encoding)> requests = [];
    private WebApplication? server;
    private S3Store? store;

    public async ValueTask InitializeAsync()
    {
        MotoServer.SetCredentials();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.Run(AnswerAsync);
        await server.StartAsync();
        store = new(new() { Bucket = "bucket", Region = "eu-central-1", ServiceUrl = new(server.Urls.Single()), ForcePathStyle = true }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        store?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task Write_is_conditional_and_not_sent_in_signed_chunks()
    {
        answers.Enqueue((200, ""));
        Assert.Equal(PutOutcome.Stored, await PutAsync());
        Assert.Equal([("PUT", "*", null)], requests);
    }

    [Fact]
    public async Task Conflict_with_a_concurrent_write_is_retried()
    {
        foreach (var answer in new[] { (409, "ConditionalRequestConflict"), (409, "ConditionalRequestConflict"), (412, "PreconditionFailed") })
            answers.Enqueue(answer);
        Assert.Equal(PutOutcome.Exists, await PutAsync());
        Assert.Equal(3, requests.Count);
    }

    [Theory]
    [InlineData(403, "AccessDenied", true, "No permission to write a in the bucket 'bucket' (AccessDenied): the recorder needs s3:PutObject, s3:GetObject and s3:ListBucket.")]
    [InlineData(403, "SignatureDoesNotMatch", true, "The credentials are not valid (SignatureDoesNotMatch): cannot write a in the bucket 'bucket'.")]
    [InlineData(403, "RequestTimeTooSkewed", true, "The clock of this machine is wrong, and the store rejected the signature: cannot write a in the bucket 'bucket'.")]
    [InlineData(400, "ExpiredToken", true, "The credentials have expired: cannot write a in the bucket 'bucket'. Renew them at the source that the recorder uses.")]
    [InlineData(501, "NotImplemented", true, "The store does not support the request (501 NotImplemented): cannot write a in the bucket 'bucket' at {0}. Use a store that supports conditional writes.")]
    [InlineData(400, "AuthorizationHeaderMalformed", true, "The bucket 'bucket' is in another region than eu-central-1: cannot write a.")]
    [InlineData(301, "PermanentRedirect", true, "The bucket 'bucket' is in another region than eu-central-1: cannot write a.")]
    [InlineData(404, "NoSuchBucket", true, "The bucket 'bucket' does not exist at {0}: cannot write a.")]
    [InlineData(503, "SlowDown", false, "The store answered 503 SlowDown: cannot write a in the bucket 'bucket' at {0}.")]
    public async Task Each_refusal_is_one_clear_sentence(int status, string code, bool permanent, string sentence)
    {
        for (var number = 0; number < 10; number++)
            answers.Enqueue((status, code));
        var failure = await Assert.ThrowsAsync<StoreException>(PutAsync);
        Assert.Equal(string.Format(null, sentence, server!.Urls.Single()), failure.Message);
        Assert.Equal(permanent, failure.IsPermanent);
    }

    [Fact]
    public async Task Look_up_without_permission_is_not_treated_as_absent()
    {
        answers.Enqueue((403, ""));
        var failure = await Assert.ThrowsAsync<StoreException>(() => store!.HeadAsync("a", CancellationToken.None));
        Assert.True(failure.IsPermanent);
        Assert.StartsWith("No permission to look up a in the bucket 'bucket'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unreachable_store_is_reported_in_one_sentence_and_is_not_a_permanent_failure()
    {
        var address = server!.Urls.Single();
        await server.StopAsync();
        var failure = await Assert.ThrowsAsync<StoreException>(PutAsync);
        Assert.False(failure.IsPermanent);
        Assert.StartsWith($"Cannot write a in the bucket 'bucket' at {address}: Connection refused", failure.Message, StringComparison.Ordinal);
    }

    private async Task<PutOutcome> PutAsync()
    {
        using var body = SegmentSample.Rows("x");
        return await store!.PutAsync("a", body, ObjectMetadata.None, CancellationToken.None);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        requests.Add((context.Request.Method, (string?)context.Request.Headers.IfNoneMatch, (string?)context.Request.Headers.ContentEncoding));
        var (status, code) = answers.Dequeue();
        context.Response.StatusCode = status;
        if (code.Length == 0)
            return;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>Injected fault.</Message></Error>");
    }
}
