using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ingester.Core.Connections;

/// <summary>Takes a certificate exactly when the system found nothing wrong with it, and otherwise says in words what to look at.</summary>
internal sealed class CertificateCheck(string host)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1"); // RFC 5280, 4.2.1.12

    /// <summary>Why it was not taken; null when it was, or when none was looked at yet.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Has the system look at certificates as <see cref="SslStream"/> has by default, and judges.</summary>
    /// <param name="shown">What the other side showed, its own first, encoded in DER.</param>
    /// <param name="named">Whether that one was issued for the host.</param>
    public bool Takes(IReadOnlyList<byte[]> shown, bool named)
    {
        var certificates = new X509Certificate2Collection(shown.Select(bytes => X509CertificateLoader.LoadCertificate(bytes)).ToArray());
        try
        {
            if (certificates.Count == 0)
                return Takes(this, null, null, SslPolicyErrors.RemoteCertificateNotAvailable);
            using var chain = new X509Chain();
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
            chain.ChainPolicy.ExtraStore.AddRange(certificates);
            var errors = chain.Build(certificates[0]) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors;
            if (!named)
                errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
            return Takes(this, certificates[0], chain, errors);
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }

    /// <summary>Judges, as <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Takes(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        var reasons = new List<string>();
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            reasons.Add("none was shown");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            reasons.Add("it was issued for another host name");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            reasons.Add($"this machine does not trust it ({string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? [])})");
        Refusal = $"The certificate of {host} is not taken: {string.Join(", and ", reasons)}. Its subject is {certificate?.Subject ?? "unknown"}.";
        return false;
    }
}
