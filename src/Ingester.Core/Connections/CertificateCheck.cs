using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Ingester.Core.Connections;

/// <summary>Takes a certificate exactly when the system found nothing wrong with it, and otherwise says in words what to look at.</summary>
internal sealed class CertificateCheck(string host)
{
    /// <summary>Why it was not taken; null when it was, or when none was looked at yet.</summary>
    public string? Refusal { get; private set; }

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
