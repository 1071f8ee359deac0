using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ingester.Testing.Fakes;

/// <summary>Creates self-signed certificates.</summary>
internal static class TestCertificate
{
    /// <summary>The extended key usage of a server certificate (RFC 5280, 4.2.1.12).</summary>
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    /// <summary>Creates a certificate for a host.</summary>
    /// <param name="host">A host name, with a wildcard or without, or an address.</param>
    /// <param name="days">Number of days until it expires; negative for one that has expired.</param>
    /// <param name="usage">The permitted usage; null for any.</param>
    public static X509Certificate2 For(string host, int days = 1, string? usage = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-10), now.AddDays(days));
    }
}
