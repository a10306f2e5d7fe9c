;; unchanged(from, end, relaxed): address of the first byte in [from, end) that the canonical form of RFC 6376 section 3.4
;; changes or may change; end when there is none. Compares 64 bytes a turn, and may read 64 bytes beyond the end.
;; The caller stores a zero byte at end, and keeps the byte in front of the input other than CR.
(module
  (memory (export "memory") 2 2)
  (func $earlier (param $found i32) (param $end i32) (result i32)
    (select (local.get $found) (local.get $end) (i32.lt_u (local.get $found) (local.get $end))))
  (func (export "unchanged") (param $from i32) (param $end i32) (param $relaxed i32) (result i32)
    (local $at i32) (local $bytes v128)
    ;; All ones in the relaxed form, where blanks change as well; zero in the simple form.
    (local $blanks v128)
    ;; Which of the 4 x 16 bytes change.
    (local $m0 v128) (local $m1 v128) (local $m2 v128) (local $m3 v128)
    (local.set $at (local.get $from))
    (local.set $blanks (i8x16.splat (i32.sub (i32.const 0) (local.get $relaxed))))
    (loop $turn
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (local.get $end))))
      (local.set $bytes (v128.load align=1 (local.get $at)))
      (local.set $m0
        (v128.or
          ;; LF without CR in front of it
          (v128.andnot
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0a)))
            (i8x16.eq (v128.load align=1 (i32.sub (local.get $at) (i32.const 1))) (i8x16.splat (i32.const 0x0d))))
          (v128.and (local.get $blanks)
            (v128.or
              ;; a tab
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x09)))
              ;; a space in front of a blank or a line end (or of another control character, which is rare)
              (v128.and
                (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x20)))
                (i8x16.le_u (v128.load offset=1 align=1 (local.get $at)) (i8x16.splat (i32.const 0x20))))))))
      (local.set $bytes (v128.load offset=16 align=1 (local.get $at)))
      (local.set $m1
        (v128.or
          (v128.andnot
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0a)))
            (i8x16.eq (v128.load offset=15 align=1 (local.get $at)) (i8x16.splat (i32.const 0x0d))))
          (v128.and (local.get $blanks)
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x09)))
              (v128.and
                (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x20)))
                (i8x16.le_u (v128.load offset=17 align=1 (local.get $at)) (i8x16.splat (i32.const 0x20))))))))
      (local.set $bytes (v128.load offset=32 align=1 (local.get $at)))
      (local.set $m2
        (v128.or
          (v128.andnot
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0a)))
            (i8x16.eq (v128.load offset=31 align=1 (local.get $at)) (i8x16.splat (i32.const 0x0d))))
          (v128.and (local.get $blanks)
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x09)))
              (v128.and
                (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x20)))
                (i8x16.le_u (v128.load offset=33 align=1 (local.get $at)) (i8x16.splat (i32.const 0x20))))))))
      (local.set $bytes (v128.load offset=48 align=1 (local.get $at)))
      (local.set $m3
        (v128.or
          (v128.andnot
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x0a)))
            (i8x16.eq (v128.load offset=47 align=1 (local.get $at)) (i8x16.splat (i32.const 0x0d))))
          (v128.and (local.get $blanks)
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x09)))
              (v128.and
                (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x20)))
                (i8x16.le_u (v128.load offset=49 align=1 (local.get $at)) (i8x16.splat (i32.const 0x20))))))))
      (if (v128.any_true (v128.or (v128.or (local.get $m0) (local.get $m1)) (v128.or (local.get $m2) (local.get $m3)))) (then
        (if (v128.any_true (local.get $m0)) (then
          (return (call $earlier (i32.add (local.get $at) (i32.add (i32.const 0) (i32.ctz (i8x16.bitmask (local.get $m0))))) (local.get $end)))))
        (if (v128.any_true (local.get $m1)) (then
          (return (call $earlier (i32.add (local.get $at) (i32.add (i32.const 16) (i32.ctz (i8x16.bitmask (local.get $m1))))) (local.get $end)))))
        (if (v128.any_true (local.get $m2)) (then
          (return (call $earlier (i32.add (local.get $at) (i32.add (i32.const 32) (i32.ctz (i8x16.bitmask (local.get $m2))))) (local.get $end)))))
        (if (v128.any_true (local.get $m3)) (then
          (return (call $earlier (i32.add (local.get $at) (i32.add (i32.const 48) (i32.ctz (i8x16.bitmask (local.get $m3))))) (local.get $end)))))
      ))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br $turn))
    (unreachable)))
