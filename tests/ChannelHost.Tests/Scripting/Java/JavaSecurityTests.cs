using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaSecurityTests
{
    private const string Content = "MSH|^~\\\\&|A";

    [Theory]
    [InlineData("SHA256withRSA")]
    [InlineData("SHA512withRSA/PSS")]
    public void WhatAScriptSignsWithRsa_OthersVerify_AndTheOtherWayRound(string algorithm)
    {
        using var key = RSA.Create(2048);
        var hash = algorithm.StartsWith("SHA256", StringComparison.Ordinal) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
        var padding = algorithm.EndsWith("PSS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        var signed = Sign("RSA", algorithm, key.ExportPkcs8PrivateKey());

        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes("MSH|^~\\&|A"), signed, hash, padding));
        Assert.Equal("boolean:true", Verify("RSA", algorithm, key.ExportSubjectPublicKeyInfo(), key.SignData(Encoding.UTF8.GetBytes("MSH|^~\\&|A"), hash, padding)));
        Assert.Equal("boolean:false", Verify("RSA", algorithm, key.ExportSubjectPublicKeyInfo(), key.SignData("other"u8, hash, padding)));
    }

    [Fact]
    public void WhatAScriptSignsWithACurve_OthersVerify_AndTheOtherWayRound()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = Sign("EC", "SHA256withECDSA", key.ExportPkcs8PrivateKey());

        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes("MSH|^~\\&|A"), signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Equal("boolean:true", Verify("EC", "SHA256withECDSA", key.ExportSubjectPublicKeyInfo(), key.SignData(Encoding.UTF8.GetBytes("MSH|^~\\&|A"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
    }

    [Theory]
    [InlineData("java.security.KeyFactory.getInstance('DSA')", "java.security.NoSuchAlgorithmException")]
    [InlineData("java.security.Signature.getInstance('SHA256withDSA')", "java.security.NoSuchAlgorithmException")]
    [InlineData("java.security.KeyFactory.getInstance('RSA').generatePrivate(new java.security.spec.PKCS8EncodedKeySpec([1, 2, 3]))", "java.security.spec.InvalidKeySpecException")]
    [InlineData("java.security.KeyFactory.getInstance('RSA').generatePublic(new java.security.spec.PKCS8EncodedKeySpec([1, 2, 3]))", "java.security.spec.InvalidKeySpecException")]
    [InlineData("java.security.Signature.getInstance('SHA256withRSA').sign()", "java.security.SignatureException")]
    public void WhatCannotBeUsed_IsJavasException(string script, string exception) => Assert.Contains(exception, JavaBench.Eval(script), StringComparison.Ordinal);

    private static byte[] Sign(string kind, string algorithm, byte[] key)
    {
        var result = JavaBench.Eval(
            $"var key = java.security.KeyFactory.getInstance('{kind}').generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(java.util.Base64.getDecoder().decode('{Convert.ToBase64String(key)}'))); "
            + $"var s = java.security.Signature.getInstance('{algorithm}'); s.initSign(key); s.update(new java.lang.String('{Content}').getBytes('UTF-8')); java.util.Base64.getEncoder().encodeToString(s.sign())");
        Assert.StartsWith("string:", result, StringComparison.Ordinal);
        return Convert.FromBase64String(result[7..]);
    }

    private static string Verify(string kind, string algorithm, byte[] key, byte[] signature) => JavaBench.Eval(
        $"var key = java.security.KeyFactory.getInstance('{kind}').generatePublic(new java.security.spec.X509EncodedKeySpec(java.util.Base64.getDecoder().decode('{Convert.ToBase64String(key)}'))); "
        + $"var s = java.security.Signature.getInstance('{algorithm}'); s.initVerify(key); s.update(new java.lang.String('{Content}').getBytes('UTF-8')); s.verify(java.util.Base64.getDecoder().decode('{Convert.ToBase64String(signature)}'))");
}
