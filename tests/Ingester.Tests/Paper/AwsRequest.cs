using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ingester.Tests.Paper;

/// <summary>A received request, and its signature computed from the AWS documentation of Signature Version 4, without the SDK.</summary>
internal sealed record AwsRequest(string Path, string Authorization, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public static async Task<AwsRequest> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        return new(
            request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget, request.Headers.Authorization.ToString(),
            request.Headers.ToDictionary(static header => header.Key.ToLowerInvariant(), static header => header.Value.ToString().Trim(), StringComparer.Ordinal), body.ToArray());
    }

    public string ComputeSignature(string secret)
    {
        var signed = Between("SignedHeaders=", ",");
        var scope = Between("Credential=", ",").Split('/', 2)[1];
        var canonical = new StringBuilder("POST\n").Append(Path.Replace("%", "%25", StringComparison.Ordinal)).Append("\n\n"); // each segment is encoded once more, except for S3
        foreach (var name in signed.Split(';'))
            canonical.Append(name).Append(':').Append(Headers[name]).Append('\n');
        canonical.Append('\n').Append(signed).Append('\n').Append(Hash(Body));
        var text = $"AWS4-HMAC-SHA256\n{Headers["x-amz-date"]}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical.ToString()))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private string Between(string start, string end) => Authorization.Split(start)[1].Split(end)[0];

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
