namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaLibraryTests
{
    [Theory]
    [InlineData("var S = Packages.org.apache.commons.lang3.StringUtils; S.leftPad('7', 3, '0') + S.substringBetween('a[b]c', '[', ']') + S.isBlank(null) + S.countMatches('banana', 'a') + S.capitalize('abc') + S.join(['a', 'b'], '-')", "string:007btrue3Abca-b")]
    [InlineData("Packages.org.apache.commons.lang.StringUtils.split('a,b,,c', ',').length", "number:3")]
    [InlineData("Packages.org.apache.commons.lang3.StringEscapeUtils.escapeXml('<a b=\"c\">&\\'')", "string:&lt;a b=&quot;c&quot;&gt;&amp;&apos;")]
    [InlineData("Packages.org.apache.commons.codec.binary.Base64.encodeBase64String(new java.lang.String('hello').getBytes())", "string:aGVsbG8=")]
    [InlineData("String(new java.lang.String(Packages.org.apache.commons.codec.binary.Base64.decodeBase64('aGVs\\nbG8')))", "string:hello")]
    [InlineData("Packages.org.apache.commons.codec.digest.DigestUtils.md5Hex('hello')", "string:5d41402abc4b2a76b9719d911017c592")]
    [InlineData("com.google.common.hash.Hashing.sha256().hashString('hello', java.nio.charset.StandardCharsets.UTF_8).toString()", "string:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    [InlineData("var d = java.security.MessageDigest.getInstance('SHA-1').digest(new java.lang.String('hello').getBytes()); var h = ''; for (var i = 0; i < d.length; i++) h += java.lang.Integer.toHexString(d[i] & 0xff); h.length + h.substring(0, 6)", "string:39aaf4c6")]
    [InlineData("var m = javax.crypto.Mac.getInstance('HmacSHA256'); m.init(new javax.crypto.spec.SecretKeySpec(new java.lang.String('key').getBytes(), 'HmacSHA256')); Packages.org.apache.commons.codec.binary.Hex.encodeHexString(m.doFinal(new java.lang.String('The quick brown fox jumps over the lazy dog').getBytes()))", "string:f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")]
    [InlineData("var k = new javax.crypto.spec.SecretKeySpec(new java.lang.String('0123456789abcdef').getBytes(), 'AES'); var v = new javax.crypto.spec.IvParameterSpec(new java.lang.String('fedcba9876543210').getBytes()); var c = javax.crypto.Cipher.getInstance('AES/CBC/PKCS5Padding'); c.init(1, k, v); var e = c.doFinal(new java.lang.String('hello').getBytes()); c.init(2, k, v); e.length + String(new java.lang.String(c.doFinal(e)))", "string:16hello")]
    [InlineData("var k = new javax.crypto.spec.SecretKeySpec(new java.lang.String('0123456789abcdef').getBytes(), 'AES'); var c = javax.crypto.Cipher.getInstance('AES/GCM/NoPadding'); c.init(1, k); var iv = c.getIV(); var e = c.doFinal(new java.lang.String('hello').getBytes()); c.init(2, k, new javax.crypto.spec.GCMParameterSpec(128, iv)); e.length + String(new java.lang.String(c.doFinal(e)))", "string:21hello")]
    [InlineData("java.net.URLEncoder.encode('a b&ü', 'UTF-8') + java.net.URLDecoder.decode('a+b%26', 'UTF-8')", "string:a+b%26%C3%BCa b&")]
    [InlineData("Packages.org.apache.commons.io.FilenameUtils.getBaseName('/a/b.c.txt') + Packages.org.apache.commons.io.FilenameUtils.getExtension('/a/b.c.txt')", "string:b.ctxt")]
    [InlineData("java.sql.Types.VARCHAR + java.sql.Types.TIMESTAMP_WITH_TIMEZONE", "number:2026")]
    [InlineData("var u = new java.net.URI('https://h.example:8443/p?q=1'); u.getHost() + u.getPort() + u.getPath() + u.getQuery()", "string:h.example8443/pq=1")]
    [InlineData("var p = new java.util.Properties(); p.load(new java.io.StringReader('# c\\na = 1\\nb:two\\\\\\n  more')); p.getProperty('a') + p.getProperty('b') + p.getProperty('z', '-')", "string:1twomore-")]
    public void Libraries_DoWhatTheyDo(string script, string expected) => Assert.Equal(expected, JavaBench.Eval(script));

    [Theory]
    [InlineData("javax.crypto.Cipher.getInstance('Blowfish')", "java.security.NoSuchAlgorithmException")]
    [InlineData("java.security.MessageDigest.getInstance('X')", "java.security.NoSuchAlgorithmException")]
    [InlineData("Packages.org.apache.commons.codec.binary.Hex.decodeHex('xyz')", "java.lang.IllegalArgumentException")]
    public void WhatIsWrong_IsAJavaException(string script, string exception) => Assert.Contains(exception, JavaBench.Eval(script), StringComparison.Ordinal);
}
