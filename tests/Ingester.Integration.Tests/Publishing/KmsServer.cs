using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ingester.Integration.Tests.Publishing;

/// <summary>
/// The two operations of AWS KMS that certificates need, as its API reference describes them. The S3 emulator has them too, but signs the hash of a digest where KMS
/// signs the digest.
/// </summary>
internal sealed class KmsServer : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private KmsServer(WebApplication server) => this.server = server;

    public string Url => server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>The operations that were requested, such as <c>Sign</c>.</summary>
    public ConcurrentQueue<string> Operations { get; } = new();

    /// <summary>The operations that were requested since the last call.</summary>
    public IReadOnlyList<string> TakeOperations()
    {
        var taken = new List<string>();
        while (Operations.TryDequeue(out var operation))
            taken.Add(operation);
        return taken;
    }

    public string PublicPem => key.ExportSubjectPublicKeyInfoPem();

    public static async Task<KmsServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var kms = new KmsServer(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/", (Delegate)kms.AnswerAsync);
        await app.StartAsync();
        return kms;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        key.Dispose();
    }

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        Operations.Enqueue(context.Request.Headers["X-Amz-Target"].ToString().Split('.')[^1]);
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var request = body.RootElement;
        if (request.GetProperty("KeyId").GetString() is not "alias/certificates" and var name)
            return Results.Json(new { __type = "NotFoundException", message = $"Key '{name}' does not exist" }, statusCode: 400);
        if (context.Request.Headers["X-Amz-Target"] == "TrentService.GetPublicKey")
            return Results.Json(new { KeyId = "arn", PublicKey = key.ExportSubjectPublicKeyInfo(), KeyUsage = "SIGN_VERIFY", KeySpec = "ECC_NIST_P256" }, JsonSerializerOptions.Default);
        Assert.Equal("DIGEST", request.GetProperty("MessageType").GetString());
        Assert.Equal("ECDSA_SHA_256", request.GetProperty("SigningAlgorithm").GetString());
        var signature = key.SignHash(request.GetProperty("Message").GetBytesFromBase64(), DSASignatureFormat.Rfc3279DerSequence);
        return Results.Json(new { KeyId = "arn", Signature = signature, SigningAlgorithm = "ECDSA_SHA_256" }, JsonSerializerOptions.Default);
    }
}
